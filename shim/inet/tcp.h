/* SPDX-License-Identifier: MIT */
/*
 * tcp.h - stream sockets: connect, close, state and its changes
 */
#ifndef IX_SHIM_TCP_H
#define IX_SHIM_TCP_H

#include "shim/option/priv.h"

/* connect(2). ep is addr as parsed; bad: 0, or the -errno that parsing gave. */
int stream_connect(int fd, struct sock *s, const struct endpoint *ep, int bad,
		   const struct sockaddr *addr, socklen_t len);
/* Not locked. To be called before the last close(): where SO_LINGER is on with
 * a time, end the sending side and wait until all is acknowledged, for that
 * time at most. */
void stream_linger(struct sock *s);

/* The poll() and notify() of struct sock_ops. */
unsigned stream_poll(const struct sock *s);
void stream_notify(struct sock *s, unsigned what);
/* Locked. Close the connection; reset it if SO_LINGER is on with a time of
 * 0. */
void stream_close(struct sock *s);

#endif
