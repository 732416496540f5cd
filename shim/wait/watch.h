/* SPDX-License-Identifier: MIT */
/*
 * watch.h - who waits for a socket, and how a thread waits
 */
#ifndef IX_SHIM_WATCH_H
#define IX_SHIM_WATCH_H

#include <signal.h>

#include "libix/share/memory.h"
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

/*
 * A wait: what is waited for, as call-backs.
 */
struct wait {
	/* number of things that are ready on the stack's side; a look without
	 * lock: what comes later is told to who is enlisted */
	int (*check)(struct wait *w);
	/* number of things that are ready in the kernel; no lock; or NULL */
	int (*kernel)(struct wait *w);
	/* not locked: be woken through slot from now on / no more */
	void (*enlist)(struct wait *w, int slot);
	void (*delist)(struct wait *w);
	/* the thread is cancelled, and comes back no more; or NULL */
	void (*leave)(struct wait *w);
	struct pollfd *kfds; /* kernel fds to sleep on */
	unsigned nkfds;
	unsigned et;	      /* elastic thread to drive first */
	int64_t timeout_ns;   /* < 0: none */
	const sigset_t *mask; /* in force while waiting, or NULL */
	bool restart;	      /* handlers with SA_RESTART do not end it */
	bool exact;	      /* look at kernel fds even if others are ready */
};

/*
 * Drive the elastic thread until something is ready. Number of ready things,
 * 0: the time is up, -EINTR.
 */
int wait_run(struct wait *w);
/* The program has written to a kernel fd: who waits looks soon. */
void wait_kernel_written(void);

/* Before the start: sizes of the pools in shim_root. */
struct shim_root;
void wait_pools_init(struct shim_root *r);
void epoll_pools_init(struct shim_root *r);
void *wait_pool_get(struct ix_pool *p);
void wait_pool_put(struct ix_pool *p, void *obj);

int poll_now(struct pollfd *p, unsigned n);

/* epoll.c: s changed; under the et lock. */
void epitem_notify(struct epitem *i, unsigned events);
/* epoll.c: the item's socket closes; the item and its watch go. */
void epitem_gone(struct epitem *i);

/* An epoll instance, in shared memory; refs: fds in all processes. */
struct epoll *epoll_of(int epfd); /* NULL: it holds no stack socket */
void epoll_ref(struct epoll *ep);
void epoll_unref(struct epoll *ep);
/* Locked: the kernel has s as well from now on, or alone; what watches it is told
 * by the kernel too. Before it has s no more. */
void epoll_follow(struct sock *s);
void epoll_leave_kernel(struct sock *s);
/* Somebody polls the epoll fd itself: keep its kernel side in step. */
void epoll_nested(struct epoll *ep, int fd);
/* ... of all such instances, before the kernel is asked. */
void epoll_show_nested(void);

/* signal.c: handlers of the program that this thread ran. */
struct sig_count {
	uint32_t ran;	    /* all */
	uint32_t norestart; /* without SA_RESTART */
};
extern __thread struct sig_count sig_count;
int signal_init(void);
/* Not one that the C library keeps for itself, nor one without handlers. */
bool signal_ours(int sig);
void signal_after_fork(void);

#endif
