/* SPDX-License-Identifier: MIT */
/*
 * hold.h - a socket that a call waits for outlives close() by another thread
 */
#ifndef IX_SHIM_HOLD_H
#define IX_SHIM_HOLD_H

#include "shim/object/sock.h"

#define FD_HELD (-2) /* in place of a descriptor: the caller holds the socket */

struct sock_hold {
	struct sock *s;
	int fd;
	uint32_t turn; /* 0: there was no place for it */
};

/* Before a wait for s, which is what fd is; not locked. false: it no longer is. */
bool sock_hold(struct sock_hold *h, int fd, struct sock *s);
/* After it, which may close s. */
void sock_let_go(struct sock_hold *h);
/* How sock_lock() is to find the socket: FD_HELD or the descriptor. */
int sock_held_fd(const struct sock_hold *h);
/* The kernel's half of the socket; -1: its descriptor was closed. */
int sock_held_kernel_fd(const struct sock_hold *h);
/* The calling thread closes a descriptor of s: it does not wait for it. */
void sock_hold_close(const struct sock *s);
/* The thread waits for nothing. */
void sock_hold_end(void);
void sock_hold_after_fork(void);

#endif
