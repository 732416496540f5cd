// SPDX-License-Identifier: MIT
/*
 * epoll_instance.c - life of an epoll instance, and what the kernel's shows of it
 */
#include <errno.h>
#include <stdio.h>

#include "libix/share/self.h"
#include "libix/share/slot.h"
#include "shim/object/fd.h"
#include "shim/object/root.h"
#include "shim/wait/epoll_instance.h"
#include "shim/wait/epoll_item.h"
#include "shim/wait/watch.h"

/* Threads of this process that sleep in the kernel's instance alone. */
int epoll_kernel_waiters(int epfd, int change)
{
	static int waiters[1024];

	return __atomic_add_fetch(&waiters[(unsigned)epfd % 1024], change,
				  __ATOMIC_SEQ_CST);
}

/* Does the kernel's instance have anything but halves of our listeners? */
static bool has_foreign(int epfd)
{
	char path[40], line[128];
	bool found = false;
	FILE *f;
	int fd;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", epfd);
	f = fopen(path, "re");
	if (!f)
		return true;
	while (!found && fgets(line, sizeof(line), f)) {
		const struct sock *s;

		if (sscanf(line, "tfd: %d", &fd) != 1)
			continue;
		s = fd_sock(fd);
		found = !s || s->world != WORLD_BOTH;
	}
	fclose(f);
	return found;
}

/* For those few that need one: there are not many. */
void epoll_make_kick(struct epoll *ep, int epfd)
{
	struct epoll_event ev = { .events = EPOLLIN, .data.u64 = KICK_DATA };

	int bell;

	ep_lock(ep);
	bell = ep->kick < 0 ? ix_bell_reserve() : -1;
	if (bell >= 0 &&
	    epoll_real_ctl(epfd, EPOLL_CTL_ADD, ix_fds()->wake[bell], &ev) == 0)
		ep->kick = bell;
	else if (bell >= 0)
		ix_bell_release(bell);
	ep_unlock(ep);
}

static struct epoll *instance_new(int epfd)
{
	struct epoll_event ev = { .events = EPOLLIN, .data.u64 = KICK_DATA };
	struct epoll *ep = epoll_pool_get(&shim_root->epolls);

	if (!ep)
		return NULL;
	ep->refs = 1;
	ep->ready_tail = &ep->ready;
	ep->foreign = has_foreign(epfd);
	ep->kick = -1;
	/* one that is not in it cannot be taken out */
	if (epoll_real_ctl(epfd, EPOLL_CTL_DEL, ix_fds()->wake[0], &ev) < 0 &&
	    errno != ENOENT) {
		/* not an epoll fd */
		wait_pool_put(&shim_root->epolls, ep);
		return NULL;
	}
	fd_install(epfd, FD_EPOLL, ep);
	/* a thread may sleep in the kernel's instance already */
	if (epoll_kernel_waiters(epfd, 0)) {
		epoll_make_kick(ep, epfd);
		epoll_kick(ep, true);
	}
	return ep;
}

struct epoll *epoll_instance(int epfd)
{
	struct epoll *ep = fd_epoll(epfd);

	if (ep)
		return ep;
	hold_lock(&shim_root->new_lock);
	ep = fd_epoll(epfd);
	if (!ep)
		ep = instance_new(epfd);
	hold_unlock(&shim_root->new_lock);
	return ep;
}

static void epoll_ref(void *obj)
{
	struct epoll *ep = obj;

	__atomic_add_fetch(&ep->refs, 1, __ATOMIC_RELAXED);
}

static void drop_items(struct epoll *ep)
{
	unsigned patience = 10000000;
	struct epitem *i;

	while ((i = __atomic_load_n(&ep->items, __ATOMIC_ACQUIRE)) != NULL) {
		struct sock *s = __atomic_load_n(&i->w.sock, __ATOMIC_RELAXED);

		if (!s && patience--) /* it is just being added or closed */
			continue;
		if (!s)
			return;
		sock_lock_own(s);
		/* it may be gone with its socket meanwhile */
		if (ep->items == i && i->w.sock == s)
			item_free(i);
		sock_unlock(s);
	}
}

static void forget_nested(struct epoll *ep)
{
	struct epoll **p;

	hold_lock(&shim_root->wait_lock);
	for (p = &shim_root->nested; *p; p = &(*p)->next_nested) {
		if (*p != ep)
			continue;
		*p = ep->next_nested;
		break;
	}
	hold_unlock(&shim_root->wait_lock);
}

static void epoll_unref(void *obj)
{
	struct epoll *ep = obj;
	bool unused;

	if (__atomic_sub_fetch(&ep->refs, 1, __ATOMIC_ACQ_REL))
		return;
	drop_items(ep);
	forget_nested(ep);
	ep_lock(ep);
	epoll_kick(ep, false);
	if (ep->kick >= 0)
		ix_bell_release(ep->kick);
	ep->kick = -1;
	ep->closed = 1;
	unused = !ep->waiters;
	ep_unlock(ep);
	if (unused)
		wait_pool_put(&shim_root->epolls, ep);
}

void epoll_init(void)
{
	fd_ops[FD_EPOLL] = (struct fd_ops){ epoll_ref, epoll_unref };
}

/* Make the kernel's side of ep show what the stack's side is. */
static void show(struct epoll *ep)
{
	struct epitem *i;
	bool ready = false;

	ep_lock(ep);
	for (i = ep->ready; i && !ready; i = i->ready_next)
		ready = !i->off && item_poll(i);
	epoll_kick(ep, ready);
	ep_unlock(ep);
}

void epoll_nested(struct epoll *ep, int fd)
{
	epoll_make_kick(ep, fd);
	hold_lock(&shim_root->wait_lock);
	if (!ep->nested && __atomic_load_n(&ep->refs, __ATOMIC_ACQUIRE)) {
		ep->nested = 1;
		ep->next_nested = shim_root->nested;
		shim_root->nested = ep;
	}
	hold_unlock(&shim_root->wait_lock);
	show(ep);
}

void epoll_show_nested(void)
{
	struct epoll *ep;

	if (!__atomic_load_n(&shim_root->nested, __ATOMIC_RELAXED))
		return;
	hold_lock(&shim_root->wait_lock);
	for (ep = shim_root->nested; ep; ep = ep->next_nested)
		show(ep);
	hold_unlock(&shim_root->wait_lock);
}
