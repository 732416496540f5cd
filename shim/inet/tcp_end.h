/* SPDX-License-Identifier: MIT */
/*
 * tcp_end.h - stream sockets: shutdown, and the way back to a fresh socket
 */
#ifndef IX_SHIM_TCP_END_H
#define IX_SHIM_TCP_END_H

#include "shim/option/priv.h"

int stream_shutdown(int fd, struct sock *s, int how);
/* shutdown() of a socket without a connection, which Linux notes although the
 * call fails: a connection that s makes later is shut from its beginning. */
void stream_shut_fresh(struct sock *s, int how);
/* connect() with AF_UNSPEC: 0, or -errno. */
int stream_disconnect(int fd, struct sock *s, const struct sockaddr *addr,
		      socklen_t len);
/* Locked. Reset the connection of s, which is in SS_INIT afterwards. */
void stream_forget(struct sock *s);

#endif
