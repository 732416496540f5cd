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

/* One interest in a socket, linked to it; under the socket's et lock, a
 * listener's under its own as well. */
struct watch {
	struct watch *next, **pprev;
	struct sock *sock;
	struct epitem *item; /* NULL: a thread's */
	uint32_t events;     /* POLL* */
	int slot;	     /* the thread's wake-up */
};

void watch_add(struct watch *w, struct sock *s);
void watch_del(struct watch *w);
/* Around watch_unlink(): the lock of a listener's watches, none for others. */
void watch_lock(struct sock *s);
void watch_unlock(struct sock *s);
void watch_unlink(struct watch *w);
void watch_drop(struct watch *w); /* not locked */

/* Pool of watches in shared memory. */
struct watch *watch_new(void);
void watch_free(struct watch *w);

/* Locked. New readiness of s (an edge, also when the level was already up,
 * as EPOLLET needs): tells epoll items and waiting threads. */
void watch_notify(struct sock *s, unsigned events);

/* Before the start: sizes of the pools in shim_root. */
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
