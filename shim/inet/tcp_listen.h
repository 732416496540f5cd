/* SPDX-License-Identifier: MIT */
/*
 * tcp_listen.h - listeners: backlog, accept, both worlds
 */
#ifndef IX_SHIM_TCP_LISTEN_H
#define IX_SHIM_TCP_LISTEN_H

#include "shim/option/priv.h"

int stream_listen(int fd, struct sock *s, int backlog);
int stream_accept(int fd, struct sock *s, struct sockaddr *addr, socklen_t *len,
		  int flags);

/* IX_EV_KNOCK at the listener s; under the lock of et, which need not be that
 * of s. */
void stream_knock(struct sock *s, unsigned et, const struct ix_event *ev);
/* Locked. Close the listener in the stack, which resets the connections that
 * were not accepted. */
void stream_unlisten(struct sock *s);

void stream_pools_init(struct shim_root *r);

#endif
