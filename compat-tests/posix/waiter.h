/* SPDX-License-Identifier: MIT */
/*
 * waiter - a thread that waits in one call, while another ends the wait.
 */
#ifndef IX_POSIX_WAITER_H
#define IX_POSIX_WAITER_H

#include <pthread.h>

#include "check.h"

typedef long wait_fn(void *arg);

struct waiter {
	pthread_t thread;
	wait_fn *fn;
	void *arg;
	long rc;
	int err;
	int tid;
	int done;
};

/* Comes back when the thread sleeps, or is over. */
void start_waiting(struct waiter *w, wait_fn *fn, void *arg);
bool still_waits(struct waiter *w);

/* What the call has given, with its errno; it must have ended by now, or soon. */
long waited(struct waiter *w);

/* The threads of this process, which all wait, use no CPU time; or they will
 * soon, for whoever looks all the time does so in every stretch of time. */
void want_idle(void);

/* pthread_cancel() ends it. */
void cancel_wait(struct waiter *w);

/* For calls without more arguments: arg is the address of the fd. */
long wait_recv(void *fd);
long wait_recvfrom(void *fd);
long wait_recvmsg(void *fd);
long wait_recvmmsg(void *fd);
long wait_read(void *fd);
long wait_readv(void *fd);
long wait_accept(void *fd);
long wait_accept4(void *fd);
long wait_poll(void *fd);
long wait_ppoll(void *fd);
long wait_select(void *fd);
long wait_pselect(void *fd);
long wait_epoll(void *fd);
long wait_send(void *fd); /* until it fails */

struct wait_call {
	const char *name;
	wait_fn *fn;
};

extern const struct wait_call receivers[]; /* the last without a name */
extern const struct wait_call pollers[];

#endif
