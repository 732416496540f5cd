/* SPDX-License-Identifier: MIT */
/*
 * tcp_end.h - stream sockets: shutdown, and the way back to a fresh socket
 */
#ifndef IX_SHIM_TCP_END_H
#define IX_SHIM_TCP_END_H

#include "shim/option/priv.h"

int stream_shutdown(int fd, struct sock *s, int how);
void stream_shut_fresh(struct sock *s, int how);
/* connect() with AF_UNSPEC */
int stream_disconnect(int fd, struct sock *s, const struct sockaddr *addr,
		      socklen_t len);
/* Locked. Reset the connection; the socket has none now. */
void stream_forget(struct sock *s);

#endif
