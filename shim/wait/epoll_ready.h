/* SPDX-License-Identifier: MIT */
/*
 * epoll_ready.h - epoll instances, their items, and the list of those that are
 * ready
 *
 * The kernel's instance stays and watches the kernel's descriptors; struct
 * epoll watches the stack's. It is made at the first EPOLL_CTL_ADD of a socket
 * of ours, in memory that all forks share. Order of locks: that of the elastic
 * thread, then wait_lock, then ep->lock. The latter alone guards the ready
 * list, since sockets of several elastic threads are on it.
 */
#ifndef IX_SHIM_EPOLL_READY_H
#define IX_SHIM_EPOLL_READY_H

#include <sys/epoll.h>

#include "libix/share/lock.h"
#include "libix/share/memory.h"
#include "shim/object/root.h"
#include "shim/wait/watch.h"

#define EV_ALWAYS (EPOLLERR | EPOLLHUP) /* reported without being asked for */
#define HOME_MIXED UINT8_MAX /* ep->home where waiters have several homes */

/* epoll_data of our own eventfd in the kernel's instance */
#define KICK_DATA UINT64_C(0x4958206b69636b21)

struct epitem {
	struct watch w; /* w.item points back here */
	struct epoll *ep;
	struct epitem *next, **pprev;		  /* in ep->items */
	struct epitem *ready_next, **ready_pprev; /* NULL: not in ep->ready */
	uint32_t events;			  /* as given to epoll_ctl() */
	int fd;
	uint64_t data;	  /* the program's epoll_data */
	uint64_t told_in; /* ep->waits of the wait that last reported it */
	int told_at;	  /* ... and its index among that one's events */
	uint8_t off;	  /* EPOLLONESHOT has fired: not reported */
	uint8_t half;	  /* it has a half, see epoll_half.h */
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
	/* index in ix_fds()->wake of an eventfd, level-triggered in the
	 * kernel's instance: it wakes who sleeps there, and shows to who polls
	 * that instance that the stack's side is ready. -1: none */
	int kick;
	uint8_t raised; /* the eventfd is readable */
	uint8_t closed; /* no fd is left; the last waiter frees it */
	uint8_t nested; /* the fd itself is polled */
	uint8_t home;	/* 1 + home of its waiters; 0: none yet; HOME_MIXED */
	/* has, or had, descriptors that are the kernel's alone: the kernel is
	 * asked at each look, for the program may just have changed one */
	uint8_t foreign;
	uint64_t looked_ns; /* when the kernel's instance was found idle */
	uint64_t waits;	    /* waits so far that had ready items */
	struct epoll *next_nested;
};

/* Before the instance starts: set the sizes of these pools in shim_root. */
void epoll_pools_init(struct shim_root *r);
/* An object of a pool, zeroed; NULL: out of memory. */
void *epoll_pool_get(struct ix_pool *p);

/* Under ep->lock: make ep's eventfd, if it has one, readable (up), or not. */
void epoll_kick(struct epoll *ep, bool up);
/* Under ep->lock: wake one thread that waits in ep, and those who poll its
 * fd. */
void epoll_wake_one(struct epoll *ep);
/* Events of the socket of i; under the lock of its elastic thread. */
void epitem_notify(struct epitem *i, unsigned events);

static inline void ready_push(struct epoll *ep, struct epitem *i)
{
	if (i->ready_pprev)
		return;
	i->ready_next = NULL;
	i->ready_pprev = ep->ready_tail;
	*ep->ready_tail = i;
	ep->ready_tail = &i->ready_next;
}

static inline void ready_drop(struct epoll *ep, struct epitem *i)
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

static inline void ep_lock(struct epoll *ep)
{
	hold_lock(&ep->lock);
}

static inline void ep_unlock(struct epoll *ep)
{
	hold_unlock(&ep->lock);
}

/* Under ep->lock: what is ready of what i asks for; 0 if its socket is
 * closing. */
static inline unsigned item_poll(const struct epitem *i)
{
	const struct sock *s = __atomic_load_n(&i->w.sock, __ATOMIC_RELAXED);

	return s ? sock_poll(s) & (i->events | EV_ALWAYS) : 0;
}

#endif
