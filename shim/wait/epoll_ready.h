/* SPDX-License-Identifier: MIT */
/*
 * epoll_ready.h - epoll instances, their items, and the list of those that are ready
 *
 * The kernel's instance stays and keeps the kernel's descriptors; what is here
 * holds the stack's. It comes into being at the first EPOLL_CTL_ADD of a socket of
 * ours, in memory that all forks share. Locks: that of the elastic thread, then
 * wait_lock, then ep->lock, which alone guards the ready list: sockets of several
 * elastic threads are on it.
 */
#ifndef IX_SHIM_EPOLL_READY_H
#define IX_SHIM_EPOLL_READY_H

#include <sys/epoll.h>

#include "libix/share/lock.h"
#include "libix/share/memory.h"
#include "shim/object/root.h"
#include "shim/wait/watch.h"

#define EV_ALWAYS (EPOLLERR | EPOLLHUP)
#define HOME_MIXED UINT8_MAX

/* data of our own eventfd in the kernel's instance */
#define KICK_DATA UINT64_C(0x4958206b69636b21)

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

/* Before the start: sizes of the pools in shim_root. */
void epoll_pools_init(struct shim_root *r);
/* Zeroed. */
void *epoll_pool_get(struct ix_pool *p);

/* Locked (ep->lock): make the eventfd readable, or not. */
void epoll_kick(struct epoll *ep, bool up);
/* Locked. A thread that waits in ep, if one does; or who polls ep itself. */
void epoll_wake_one(struct epoll *ep);
/* The socket of i changed; under the lock of its elastic thread. */
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

/* ep locked: what of i is ready; its socket may just be closed. */
static inline unsigned item_poll(const struct epitem *i)
{
	const struct sock *s = __atomic_load_n(&i->w.sock, __ATOMIC_RELAXED);

	return s ? sock_poll(s) & (i->events | EV_ALWAYS) : 0;
}

#endif
