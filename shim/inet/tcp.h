/* SPDX-License-Identifier: MIT */
/*
 * tcp.h - stream sockets: connect, close, state and its changes
 */
#ifndef IX_SHIM_TCP_H
#define IX_SHIM_TCP_H

#include "shim/option/priv.h"

/* bad: what is wrong with addr, else ep is the same. */
int stream_connect(int fd, struct sock *s, const struct endpoint *ep, int bad,
		   const struct sockaddr *addr, socklen_t len);
/* SO_LINGER with a time: what close() waits for. Not locked. */
void stream_linger(struct sock *s);

/* Locked. */
unsigned stream_poll(const struct sock *s);
void stream_notify(struct sock *s, unsigned what);
void stream_close(struct sock *s);

#endif
