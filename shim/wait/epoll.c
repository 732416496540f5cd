// SPDX-License-Identifier: MIT
/*
 * epoll.c - epoll instances that hold sockets of the stack
 *
 * The kernel's instance stays and keeps the kernel's fds; what is here holds
 * the stack's. It comes into being at the first EPOLL_CTL_ADD of a socket of
 * ours, in memory that all forks share. Locks: et lock, then wait_lock, then
 * ep->lock, which alone guards the ready list: sockets of several elastic
 * threads are on it.
 *
 * A socket that the kernel has too (world BOTH, or KERNEL since it is watched)
 * is one item all the same. The kernel's instance has a half of it, whose data
 * name the item; what comes from there is translated, so that the program sees
 * one descriptor, reported once.
 */
#include <errno.h>
#include <limits.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/raw.h"
#include "base/timespec.h"
#include "libix/share/lock.h"
#include "libix/share/memory.h"
#include "libix/share/slot.h"
#include "libix/share/usermem.h"
#include "shim/host/host.h"
#include "shim/object/fd.h"
#include "shim/object/root.h"
#include "shim/object/round.h"
#include "shim/object/sock.h"
#include "shim/wait/epoll.h"
#include "shim/wait/wait.h"
#include "shim/wait/watch.h"

/* Events that EPOLL* and POLL* share by value. */
#define EV_MASK                                                             \
	(EPOLLIN | EPOLLOUT | EPOLLPRI | EPOLLERR | EPOLLHUP | EPOLLRDHUP | \
	 EPOLLRDNORM | EPOLLRDBAND | EPOLLWRNORM | EPOLLWRBAND)
#define EV_ALWAYS (EPOLLERR | EPOLLHUP)

#define HOME_MIXED UINT8_MAX
#define JOINED INT_MIN /* no errno */

/* Where the kernel has but halves of our listeners: looks without a wait. */
#define LOOK_AGAIN_NS 10000

/* data of our own eventfd in the kernel's instance */
#define KICK_DATA UINT64_C(0x4958206b69636b21)
/* ... of halves: this above the item's address */
#define HALF_TAG UINT64_C(0x4958)
#define HALF_SHIFT 48
/* what the stack's side alone tells of a socket that has both */
#define EV_WRITABLE ((uint32_t)(EPOLLOUT | EPOLLWRNORM | EPOLLWRBAND))

struct epitem {
	struct watch w; /* its item is this */
	struct epoll *ep;
	struct epitem *next, **pprev;		  /* of ep->items */
	struct epitem *ready_next, **ready_pprev; /* NULL: not ready */
	uint32_t events;			  /* as epoll_ctl got them */
	int fd;
	uint64_t data;
	uint64_t told_in; /* ep->waits of the wait that has reported it last */
	int told_at;	  /* ... and which of its events */
	uint8_t off;	  /* EPOLLONESHOT has fired */
	uint8_t half;	  /* the kernel's instance has one */
};

/* A thread that sleeps in epoll_wait. */
struct ep_waiter {
	struct ep_waiter *next, **pprev;
	int slot;
};

struct epoll {
	struct ix_lock lock;
	uint32_t refs;
	struct epitem *items;
	struct epitem *ready, **ready_tail;
	struct ep_waiter *waiters;
	/* an eventfd, level-triggered in the kernel's instance: wakes
	 * who waits there, and shows the stack's readiness to who polls it */
	int kick;
	uint8_t raised; /* the eventfd is readable */
	uint8_t closed; /* no fd any more; the last waiter frees it */
	uint8_t nested; /* the fd is polled by others */
	uint8_t home;	/* 1 + that of the threads that wait; HOME_MIXED */
	/* has, or had, descriptors that are the kernel's alone: a look without
	 * a wait shows what the program has just done to one of them */
	uint8_t foreign;
	uint64_t looked_ns; /* last look at the kernel's instance */
	uint64_t waits;	    /* that had something to report */
	struct epoll *next_nested;
};

void epoll_pools_init(struct shim_root *r)
{
	r->epolls.size = sizeof(struct epoll);
	r->epitems.size = sizeof(struct epitem);
	r->epwaiters.size = sizeof(struct ep_waiter);
}

static void *get(struct ix_pool *p)
{
	void *obj = wait_pool_get(p);

	if (obj)
		memset(obj, 0, p->size);
	return obj;
}

/*
 * The ready list (ep->lock)
 */
static void ready_push(struct epoll *ep, struct epitem *i)
{
	if (i->ready_pprev)
		return;
	i->ready_next = NULL;
	i->ready_pprev = ep->ready_tail;
	*ep->ready_tail = i;
	ep->ready_tail = &i->ready_next;
}

static void ready_drop(struct epoll *ep, struct epitem *i)
{
	if (!i->ready_pprev)
		return;
	*i->ready_pprev = i->ready_next;
	if (i->ready_next)
		i->ready_next->ready_pprev = i->ready_pprev;
	else
		ep->ready_tail = i->ready_pprev;
	i->ready_pprev = NULL;
}

static void kick(struct epoll *ep, bool up)
{
	uint64_t value = 1;
	int fd;

	if (ep->kick < 0 || ep->raised == up)
		return;
	fd = ix_info()->wake_fd[ep->kick];
	ep->raised = up;
	if (up)
		raw_call(SYS_write, fd, &value, sizeof(value));
	else
		raw_call(SYS_read, fd, &value, sizeof(value));
}

/* A thread that waits in ep, if one does; or who polls ep itself. */
static void wake_one(struct epoll *ep)
{
	struct ep_waiter *w = ep->waiters;

	if (w)
		ix_wake(w->slot);
	if (ep->nested)
		kick(ep, true);
}

static void ep_lock(struct epoll *ep)
{
	hold_lock(&ep->lock);
}

static void ep_unlock(struct epoll *ep)
{
	hold_unlock(&ep->lock);
}

void epitem_notify(struct epitem *i, unsigned events)
{
	struct epoll *ep = i->ep;

	if (i->off || !(events & (i->events | EV_ALWAYS)))
		return;
	ep_lock(ep);
	ready_push(ep, i);
	wake_one(ep);
	ep_unlock(ep);
}

/*
 * Items
 *
 * Who holds ep->lock may ask a listed item's socket, so an item leaves ep
 * before it leaves the socket.
 */
static void item_free(struct epitem *i)
{
	struct epoll *ep = i->ep;
	struct sock *s = i->w.sock;

	watch_lock(s);
	ep_lock(ep);
	i->half = 0;
	ready_drop(ep, i);
	*i->pprev = i->next;
	if (i->next)
		i->next->pprev = i->pprev;
	ep_unlock(ep);
	watch_unlink(&i->w);
	watch_unlock(s);
	wait_pool_put(&shim_root->epitems, i);
}

void epitem_gone(struct epitem *i)
{
	item_free(i);
}

static struct epitem *item_find(struct epoll *ep, struct sock *s, int fd)
{
	struct watch *w;

	for (w = s->watches; w; w = w->next)
		if (w->item && w->item->ep == ep && w->item->fd == fd)
			return w->item;
	return NULL;
}

static int item_add(struct epoll *ep, struct sock *s, int fd,
		    const struct epoll_event *ev)
{
	struct epitem *i;

	if (item_find(ep, s, fd))
		return -EEXIST;
	i = get(&shim_root->epitems);
	if (!i)
		return -ENOMEM;
	i->ep = ep;
	i->fd = fd;
	i->events = ev->events;
	i->data = ev->data.u64;
	i->w.item = i;
	watch_add(&i->w, s);
	ep_lock(ep);
	i->next = ep->items;
	i->pprev = &ep->items;
	if (i->next)
		i->next->pprev = &i->next;
	ep->items = i;
	if (sock_poll(s) & (i->events | EV_ALWAYS)) {
		ready_push(ep, i);
		wake_one(ep);
	}
	ep_unlock(ep);
	return 0;
}

static int item_mod(struct epoll *ep, struct sock *s, int fd,
		    const struct epoll_event *ev)
{
	struct epitem *i = item_find(ep, s, fd);

	if (!i)
		return -ENOENT;
	if ((i->events | ev->events) & EPOLLEXCLUSIVE)
		return -EINVAL;
	ep_lock(ep);
	i->events = ev->events;
	i->data = ev->data.u64;
	i->off = 0;
	if (sock_poll(s) & (i->events | EV_ALWAYS)) {
		ready_push(ep, i);
		wake_one(ep);
	}
	ep_unlock(ep);
	return 0;
}

static int item_del(struct epoll *ep, struct sock *s, int fd)
{
	struct epitem *i = item_find(ep, s, fd);

	if (!i)
		return -ENOENT;
	item_free(i);
	return 0;
}

/*
 * Instances
 */
struct epoll *epoll_of(int epfd)
{
	return fd_epoll(epfd);
}

static int real_ctl(int epfd, int op, int fd, struct epoll_event *ev)
{
	return (int)raw_call(SYS_epoll_ctl, epfd, op, fd, ev);
}

/* Threads of this process that sleep in the kernel's instance alone. */
static int kernel_waiters(int epfd, int change)
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
		found = !s || s->world != SOCK_BOTH;
	}
	fclose(f);
	return found;
}

/* For those few that need one: there are not many. */
static void make_kick(struct epoll *ep, int epfd)
{
	struct epoll_event ev = { .events = EPOLLIN, .data.u64 = KICK_DATA };

	int bell;

	ep_lock(ep);
	bell = ep->kick < 0 ? ix_bell_reserve() : -1;
	if (bell >= 0 &&
	    real_ctl(epfd, EPOLL_CTL_ADD, ix_info()->wake_fd[bell], &ev) == 0)
		ep->kick = bell;
	else if (bell >= 0)
		ix_bell_release(bell);
	ep_unlock(ep);
}

static struct epoll *instance_new(int epfd)
{
	struct epoll_event ev = { .events = EPOLLIN, .data.u64 = KICK_DATA };
	struct epoll *ep = get(&shim_root->epolls);

	if (!ep)
		return NULL;
	ep->refs = 1;
	ep->ready_tail = &ep->ready;
	ep->foreign = has_foreign(epfd);
	ep->kick = -1;
	/* one that is not in it cannot be taken out */
	if (real_ctl(epfd, EPOLL_CTL_DEL, ix_info()->wake_fd[0], &ev) < 0 &&
	    errno != ENOENT) {
		/* not an epoll fd */
		wait_pool_put(&shim_root->epolls, ep);
		return NULL;
	}
	fd_install(epfd, FD_EPOLL, ep);
	/* a thread may sleep in the kernel's instance already */
	if (kernel_waiters(epfd, 0)) {
		make_kick(ep, epfd);
		kick(ep, true);
	}
	return ep;
}

static struct epoll *instance(int epfd)
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
	kick(ep, false);
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

/* ep locked: what of i is ready; its socket may just be closed. */
static unsigned item_poll(const struct epitem *i)
{
	const struct sock *s = __atomic_load_n(&i->w.sock, __ATOMIC_RELAXED);

	return s ? sock_poll(s) & (i->events | EV_ALWAYS) : 0;
}

/* Make the kernel's side of ep show what the stack's side is. */
static void show(struct epoll *ep)
{
	struct epitem *i;
	bool ready = false;

	ep_lock(ep);
	for (i = ep->ready; i && !ready; i = i->ready_next)
		ready = !i->off && item_poll(i);
	kick(ep, ready);
	ep_unlock(ep);
}

void epoll_nested(struct epoll *ep, int fd)
{
	make_kick(ep, fd);
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

/*
 * epoll_ctl
 */

/*
 * A connection goes to the elastic thread of those who wait for it: memcached's
 * listener, for one, hands descriptors to workers, each with an instance of
 * its own. Where that cannot be it stays, and all works as well.
 */
static void move_to_waiter(const struct epoll *ep, struct sock *s)
{
	unsigned home = ep->home ? ep->home - 1u : ix_home();

	if (s->o.kind == IX_KIND_TCP && !s->watches && !s->relays &&
	    ep->home != HOME_MIXED && s->o.et != home)
		ix_migrate(&s->c, home);
}

/* Somebody waits who drives home. */
static void note_home(struct epoll *ep, unsigned home)
{
	uint8_t was = ep->home;

	if (was == home + 1 || was == HOME_MIXED)
		return;
	ep->home = was ? HOME_MIXED : (uint8_t)(home + 1);
}

/*
 * Halves (locked)
 */
/* What is sent by a datagram socket that has no address may be answered. */
static bool has_half(const struct sock *s)
{
	return s->world == SOCK_BOTH || s->world == SOCK_KERNEL ||
	       (s->world == SOCK_FRESH && s->type == SOCK_DGRAM);
}

/* Make the kernel's instance know of i what it has to, or nothing of it. */
static int half_set(struct epitem *i, int epfd, bool on)
{
	bool all = i->w.sock->world == SOCK_KERNEL;
	struct epoll_event ev = {
		.events = all ? i->events : i->events & ~EV_WRITABLE,
		.data.u64 = HALF_TAG << HALF_SHIFT | (uint64_t)i,
	};
	int op = i->half ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;

	if (!on && !i->half)
		return 0;
	if (real_ctl(epfd, on ? op : EPOLL_CTL_DEL, i->fd, &ev) < 0)
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
	bool all = i->w.sock->world == SOCK_KERNEL;
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

/* Do these data of the kernel's instance name an item? It may be gone. */
static bool half_of(uint64_t data, struct epitem **out)
{
	uint64_t at = data & ((UINT64_C(1) << HALF_SHIFT) - 1);
	uint64_t base = (uint64_t)ix_info()->app_base;

	if (data >> HALF_SHIFT != HALF_TAG || at % 64 || at < base ||
	    at - base >= ix_info()->app_size)
		return false;
	*out = (struct epitem *)at;
	return true;
}

static int item_ctl(struct epoll *ep, int epfd, int op, int fd, struct sock *s,
		    const struct epoll_event *ev)
{
	struct epitem *i = item_find(ep, s, fd);
	int rc;

	if (op == EPOLL_CTL_ADD)
		rc = item_add(ep, s, fd, ev);
	else if (op == EPOLL_CTL_MOD)
		rc = item_mod(ep, s, fd, ev);
	else if (i && i->half)
		rc = half_set(i, epfd, false) ?: item_del(ep, s, fd);
	else
		rc = item_del(ep, s, fd);
	if (rc < 0 || op == EPOLL_CTL_DEL || !has_half(s))
		return rc;
	rc = half_set(item_find(ep, s, fd), epfd, true);
	if (rc < 0 && op == EPOLL_CTL_ADD)
		item_del(ep, s, fd);
	return rc;
}

static int stack_ctl(int epfd, int op, int fd, struct sock *s,
		     struct epoll_event *ev)
{
	struct epoll *ep = op == EPOLL_CTL_ADD ? instance(epfd) :
						 fd_epoll(epfd);
	int rc;

	if (!ep)
		return -ENOENT;
	if (op == EPOLL_CTL_ADD && ix_info()->nethreads > 1)
		move_to_waiter(ep, s);
	sock_lock_own(s);
	rc = item_ctl(ep, epfd, op, fd, s, ev);
	sock_unlock(s);
	return rc;
}

/* fd is in epfd now. If it is an epoll, the two lack only each other: a loop
 * is not let in, so that there is nothing to modify. */
static bool is_epoll(int fd, int epfd)
{
	struct epoll_event ev = { 0 };
	int saved = errno;
	bool yes =
		fd_epoll(fd) ||
		(real_ctl(fd, EPOLL_CTL_MOD, epfd, &ev) < 0 && errno == ENOENT);

	errno = saved;
	return yes;
}

/* Sockets of the stack may join the inner one later; and who waits in the
 * outer one drives. */
static int kernel_ctl(int epfd, int op, int fd, struct epoll_event *ev)
{
	struct epoll *inner, *ep;

	if (real_ctl(epfd, op, fd, ev) < 0)
		return -errno;
	if (op != EPOLL_CTL_ADD || !fd_self.limit)
		return 0;
	ep = fd_epoll(epfd);
	if (ep)
		ep->foreign = 1;
	if (!is_epoll(fd, epfd))
		return 0;
	inner = instance(fd);
	if (inner && instance(epfd))
		epoll_nested(inner, fd);
	return 0;
}

/* What may go with EPOLLEXCLUSIVE. */
#define EXCLUSIVE_OK                                                        \
	(EPOLLIN | EPOLLOUT | EPOLLERR | EPOLLHUP | EPOLLWAKEUP | EPOLLET | \
	 EPOLLEXCLUSIVE)

static bool bad_exclusive(int op, const struct epoll_event *ev)
{
	return op != EPOLL_CTL_DEL && ev->events & EPOLLEXCLUSIVE &&
	       (op == EPOLL_CTL_MOD || ev->events & ~(uint32_t)EXCLUSIVE_OK);
}

int epoll_ctl_fd(int epfd, int op, int fd, const struct epoll_event *user)
{
	struct sock *s = fd_sock(fd);
	struct epoll_event copy, *ev = (struct epoll_event *)user;
	int rc;

	if (!s || (s->world == SOCK_KERNEL && !s->watches))
		return kernel_ctl(epfd, op, fd, ev);
	if (op != EPOLL_CTL_DEL) {
		if (ix_user_get(&copy, ev, sizeof(copy)) < 0)
			return -EFAULT;
		ev = &copy;
	}
	if (op < EPOLL_CTL_ADD || op > EPOLL_CTL_MOD || epfd == fd)
		return -EINVAL;
	if (bad_exclusive(op, ev))
		return -EINVAL;
	rc = stack_ctl(epfd, op, fd, s, ev);
	if (rc == -ENOENT && (!fd_epoll(epfd) || s->world == SOCK_KERNEL))
		/* it knows which error a bad epfd is, and what it has alone */
		return kernel_ctl(epfd, op, fd, ev);
	return rc;
}

/*
 * epoll_wait
 */
struct ep_wait {
	struct wait w;
	struct epoll *ep;
	struct epoll_event *out;
	int max, n;
	bool bad; /* out is not there */
	int epfd;
	struct ep_waiter *waiter;
	struct pollfd kfd;
	uint64_t id; /* ep->waits; 0: nothing of the stack's yet */
};

/* false: the program's array is not there. */
static bool give(struct epoll_event *out, uint32_t events, uint64_t data)
{
	char *at = (char *)out;

	return ix_user_set32((uint32_t *)at, events) &&
	       ix_user_set64(
		       (uint64_t *)(at + offsetof(struct epoll_event, data)),
		       data);
}

/*
 * Report items that are ready. Level-triggered ones stay on the list, behind
 * the others, until a look finds them idle.
 */
static int collect(struct ep_wait *ew)
{
	struct epoll *ep = ew->ep;
	struct epitem *last = NULL, *i;
	unsigned ev;

	if (!ep->ready)
		return 0;
	ep_lock(ep);
	if (!ew->id)
		ew->id = ++ep->waits;
	while (ep->ready && ep->ready != last && ew->n < ew->max) {
		i = ep->ready;
		ready_drop(ep, i);
		ev = item_poll(i) & EV_MASK;
		if (!ev || i->off)
			continue;
		if (!give(&ew->out[ew->n], ev, i->data)) {
			ready_push(ep, i);
			ew->bad = true;
			break;
		}
		i->told_in = ew->id;
		i->told_at = ew->n++;
		if (i->events & EPOLLONESHOT) {
			i->off = 1;
		} else if (!(i->events & EPOLLET)) {
			ready_push(ep, i);
			if (!last)
				last = i;
		}
	}
	ep_unlock(ep);
	return ew->n + ew->bad;
}

static int ew_check(struct wait *w)
{
	return collect((struct ep_wait *)w);
}

/* The kernel's half of an item has events: into to, true; or added to what is
 * reported already, or nothing that the program wants now. */
static bool half_event(struct ep_wait *ew, struct epitem *i, uint32_t events,
		       struct epoll_event *to)
{
	bool alone = false;

	ep_lock(ew->ep);
	/* it may have gone just now */
	events &= i->half && i->ep == ew->ep ? i->events | EV_ALWAYS : 0;
	if (ew->id && i->told_in == ew->id) {
		ew->out[i->told_at].events |= events;
	} else if (!i->off && events) {
		to->events = events;
		to->data.u64 = i->data;
		i->off = (i->events & EPOLLONESHOT) != 0;
		alone = true;
	}
	ep_unlock(ew->ep);
	return alone;
}

/* Translate got events of the kernel's instance in place; how many are left for
 * the program. */
static int translate(struct ep_wait *ew, struct epoll_event *at, long got)
{
	struct epitem *i;
	int kept = 0;
	long k;

	for (k = 0; k < got; k++) {
		if (at[k].data.u64 == KICK_DATA) {
			if (ew->ep && !ew->ep->nested)
				kick(ew->ep, false);
		} else if (!half_of(at[k].data.u64, &i)) {
			at[kept++] = at[k];
		} else if (ew->ep) {
			kept += half_event(ew, i, at[k].events, &at[kept]);
		}
	}
	return kept;
}

/* Append what the kernel's instance has, our own kick left out. */
static int ew_kernel(struct wait *w)
{
	struct ep_wait *ew = (struct ep_wait *)w;
	struct epoll_event *at = ew->out + ew->n;
	uint64_t now = ix_drive_now(w->et);
	long got;
	int kept;

	if (ew->n == ew->max ||
	    (!ew->ep->foreign && now - ew->ep->looked_ns < LOOK_AGAIN_NS))
		return 0;
	epoll_show_nested();
	got = raw_call(SYS_epoll_pwait, ew->epfd, at, ew->max - ew->n, 0, NULL,
		       0);
	ew->bad |= got < 0 && errno == EFAULT;
	kept = translate(ew, at, got);
	/* what is ready may still be so: only idleness is believed for a while */
	ew->ep->looked_ns = got > 0 ? 0 : now;
	ew->n += kept;
	return kept + ew->bad;
}

static void ew_enlist(struct wait *w, int slot)
{
	struct ep_wait *ew = (struct ep_wait *)w;
	struct ep_waiter *me = get(&shim_root->epwaiters);

	ew->waiter = me;
	if (!me)
		return;
	me->slot = slot;
	ep_lock(ew->ep);
	me->next = ew->ep->waiters;
	me->pprev = &ew->ep->waiters;
	if (me->next)
		me->next->pprev = &me->next;
	ew->ep->waiters = me;
	ep_unlock(ew->ep);
}

static void ew_delist(struct wait *w)
{
	struct ep_wait *ew = (struct ep_wait *)w;
	struct ep_waiter *me = ew->waiter;
	bool unused;

	if (!me)
		return;
	ep_lock(ew->ep);
	*me->pprev = me->next;
	if (me->next)
		me->next->pprev = me->pprev;
	unused = ew->ep->closed && !ew->ep->waiters;
	ep_unlock(ew->ep);
	wait_pool_put(&shim_root->epwaiters, me);
	ew->waiter = NULL;
	if (unused)
		wait_pool_put(&shim_root->epolls, ew->ep);
}

static int stack_wait(struct epoll *ep, int epfd, struct epoll_event *out,
		      int max, int64_t timeout_ns, const sigset_t *mask)
{
	struct ep_wait ew = {
		.w = { .check = ew_check,
		       .kernel = ew_kernel,
		       .enlist = ew_enlist,
		       .delist = ew_delist,
		       .nkfds = 1,
		       .et = ix_home(),
		       .timeout_ns = timeout_ns,
		       .mask = mask },
		.ep = ep,
		.out = out,
		.max = max,
		.epfd = epfd,
		.kfd = { .fd = epfd, .events = POLLIN },
	};
	int rc;

	note_home(ep, ew.w.et);
	ew.w.kfds = &ew.kfd;
	rc = wait_run(&ew.w);
	if (rc < 0)
		return rc;
	if (ew.n)
		round_begin();
	else if (ew.bad)
		return -EFAULT;
	return ew.n;
}

/*
 * The newer call only for what the older one cannot say: kernels before 5.11
 * and some tracers lack it.
 */
static int kernel_pwait(int epfd, struct epoll_event *out, int max,
			int64_t timeout_ns, const sigset_t *mask)
{
	struct timespec ts = ns_timespec(timeout_ns < 0 ? 0 : timeout_ns);
	int64_t ms = timeout_ns < 0 ? -1 : timeout_ns / NSEC_PER_MSEC;

	int n;

	if (timeout_ns >= 0 && (timeout_ns % NSEC_PER_MSEC || ms > INT_MAX))
		n = host.epoll_pwait2(epfd, out, max, &ts, mask);
	else
		n = host.epoll_pwait(epfd, out, max, (int)ms, mask);
	return n < 0 ? -errno : n;
}

static void waits_no_more(void *epfd)
{
	kernel_waiters(*(int *)epfd, -1);
}

static int kernel_sleep(int epfd, struct epoll_event *out, int max,
			int64_t timeout_ns, const sigset_t *mask)
{
	int n;

	kernel_waiters(epfd, 1);
	pthread_cleanup_push(waits_no_more, &epfd);
	n = kernel_pwait(epfd, out, max, timeout_ns, mask);
	pthread_cleanup_pop(1);
	return n;
}

/* The kernel's instance alone, until a stack socket joins it; JOINED: that has
 * ended the wait, and nothing is there for the program. */
static int kernel_wait(int epfd, struct epoll_event *out, int max,
		       int64_t timeout_ns, const sigset_t *mask)
{
	struct ep_wait ew = { .out = out };
	int n = kernel_sleep(epfd, out, max, timeout_ns, mask), kept;

	if (n <= 0)
		return n;
	ew.ep = fd_epoll(epfd);
	kept = translate(&ew, out, n);
	return kept ? kept : JOINED;
}

int epoll_wait_fd(int epfd, struct epoll_event *out, int max,
		  int64_t timeout_ns, const sigset_t *mask)
{
	struct epoll *ep = fd_epoll(epfd);
	int rc;

	if (!ep) {
		round_end();
		rc = kernel_wait(epfd, out, max, timeout_ns, mask);
		if (rc != JOINED)
			return rc;
		ep = fd_epoll(epfd);
		if (!ep)
			return 0;
	}
	if (max <= 0 || max > INT_MAX / (int)sizeof(*out))
		return -EINVAL;
	if (!ix_user_range(out, (size_t)max * sizeof(*out)) ||
	    (mask && !ix_user_readable(mask, _NSIG / 8)))
		return -EFAULT;
	return stack_wait(ep, epfd, out, max, timeout_ns, mask);
}
