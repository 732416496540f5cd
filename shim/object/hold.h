/* SPDX-License-Identifier: MIT */
/*
 * hold.h - a socket that a call waits for outlives close() by another thread
 *
 * A hold counts as a descriptor. A thread has one hold at most: taking another
 * one gives up the first.
 */
#ifndef IX_SHIM_HOLD_H
#define IX_SHIM_HOLD_H

#include "shim/object/sock.h"

#define FD_HELD (-2) /* passed for a descriptor: the caller holds the socket */

struct sock_hold {
	struct sock *s;
	int fd;
	uint32_t turn; /* number of the hold; 0: none, held[] was full */
};

/* Take a hold of s, to which fd refers, before a call waits for s. Not locked.
 * false: fd no longer refers to s. */
bool sock_hold(struct sock_hold *h, int fd, struct sock *s);
/* Give the hold up after the wait; this closes s if it was the last
 * reference. */
void sock_let_go(struct sock_hold *h);
/* What sock_lock() is passed as fd: FD_HELD, or the descriptor without a
 * hold. */
int sock_held_fd(const struct sock_hold *h);
/* The descriptor for system calls on the kernel's half; -1: it was closed. */
int sock_held_kernel_fd(const struct sock_hold *h);
/* The calling thread closes a descriptor of s, so it does not wait for s any
 * more: a hold that siglongjmp() left behind is given up. */
void sock_hold_close(const struct sock *s);
/* Give up the calling thread's hold, if it has one. */
void sock_hold_end(void);
/* In the child: the hold is the parent's. */
void sock_hold_after_fork(void);

#endif
