/* SPDX-License-Identifier: MIT */
/*
 * watch.h - who waits for a socket
 */
#ifndef IX_SHIM_WATCH_H
#define IX_SHIM_WATCH_H

#include "libix/share/memory.h"
#include "shim/object/root.h"
#include "shim/object/sock.h"

struct epitem;

/* An interest in a socket's events, in the list of the socket; under the lock
 * of its elastic thread, and for a listener under its list_lock, too. */
struct watch {
	struct watch *next, **pprev;
	struct sock *sock;
	struct epitem *item; /* whose watch it is; NULL: a thread's */
	uint32_t events;     /* of a thread: POLL* that it waits for */
	int slot;	     /* of a thread: where it is woken */
};

void watch_add(struct watch *w, struct sock *s);
void watch_del(struct watch *w);
/* To be called around watch_unlink(): take a listener's list_lock; else
 * nothing. */
void watch_lock(struct sock *s);
void watch_unlock(struct sock *s);
void watch_unlink(struct watch *w);
/* Not locked. As watch_del(); w may be off its list already. */
void watch_drop(struct watch *w);

/* Watches in shared memory, since other processes walk the list. */
struct watch *watch_new(void);
void watch_free(struct watch *w);

/* Locked. Something new is ready at s: tell its epoll items and the threads
 * that wait for it. To be called for each event, also where the same was ready
 * before, as EPOLLET needs. */
void watch_notify(struct sock *s, unsigned events);

/* Before the instance starts: set the size of the pool in shim_root. */
void wait_pools_init(struct shim_root *r);

static inline void *wait_pool_get(struct ix_pool *p)
{
	return hold_pool_get(&shim_root->wait_lock, p);
}

static inline void wait_pool_put(struct ix_pool *p, void *obj)
{
	hold_pool_put(&shim_root->wait_lock, p, obj);
}

#endif
