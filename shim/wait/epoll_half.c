// SPDX-License-Identifier: MIT
/*
 * epoll_half.c - items whose socket the kernel has too
 *
 * A socket that the kernel has too (world BOTH, or KERNEL since it is watched)
 * is one item all the same. The kernel's instance has a half of it, whose data
 * name the item; what comes from there is translated, so that the program sees
 * one descriptor, reported once.
 */
#include <errno.h>

#include "shim/object/fd.h"
#include "shim/wait/epoll_half.h"
#include "shim/wait/epoll_instance.h"

/* data of halves: this above the item's address */
#define HALF_TAG UINT64_C(0x4958)
#define HALF_SHIFT 48
/* what the stack's side alone tells of a socket that has both */
#define EV_WRITABLE ((uint32_t)(EPOLLOUT | EPOLLWRNORM | EPOLLWRBAND))

/* What is sent by a datagram socket that has no address may be answered. */
bool has_half(const struct sock *s)
{
	return s->world == WORLD_BOTH || s->world == WORLD_KERNEL ||
	       (s->world == WORLD_FRESH && s->type == SOCK_DGRAM);
}

int half_set(struct epitem *i, int epfd, bool on)
{
	bool all = i->w.sock->world == WORLD_KERNEL;
	struct epoll_event ev = {
		.events = all ? i->events : i->events & ~EV_WRITABLE,
		.data.u64 = HALF_TAG << HALF_SHIFT | (uint64_t)i,
	};
	int op = i->half ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;

	if (!on && !i->half)
		return 0;
	if (epoll_real_ctl(epfd, on ? op : EPOLL_CTL_DEL, i->fd, &ev) < 0)
		return -errno;
	i->half = on;
	if (on && all)
		i->ep->foreign = 1;
	return 0;
}

/* The descriptor of ep in this process, or -1. */
static int epfd_of(const struct epoll *ep)
{
	uint32_t fd;

	for (fd = 0; fd < fd_self.tab->high; fd++)
		if (fd_epoll((int)fd) == ep)
			return (int)fd;
	return -1;
}

/* The number may be another file's by now, which the kernel's instance has under
 * the same. */
static bool is_there(const struct epitem *i)
{
	return fd_sock(i->fd) == i->w.sock;
}

/* Of each item of s, as its world is now. */
static void half_follow(struct epitem *i)
{
	bool all = i->w.sock->world == WORLD_KERNEL;
	int epfd;

	if ((i->half ? !all : i->off) || !is_there(i))
		return;
	epfd = epfd_of(i->ep);
	half_set(i, epfd, false);
	half_set(i, epfd, true);
}

void epoll_follow(struct sock *s)
{
	int saved = errno;
	struct watch *w;

	for (w = s->watches; w; w = w->next)
		if (w->item)
			half_follow(w->item);
	errno = saved;
}

void epoll_leave_kernel(struct sock *s)
{
	int saved = errno;
	struct watch *w;

	for (w = s->watches; w; w = w->next)
		if (w->item && w->item->half && is_there(w->item))
			half_set(w->item, epfd_of(w->item->ep), false);
	errno = saved;
}

bool half_of(uint64_t data, struct epitem **out)
{
	uint64_t at = data & ((UINT64_C(1) << HALF_SHIFT) - 1);
	uint64_t base = (uint64_t)ix_info()->app_base;

	if (data >> HALF_SHIFT != HALF_TAG || at % 64 || at < base ||
	    at - base >= ix_info()->app_size)
		return false;
	*out = (struct epitem *)at;
	return true;
}
