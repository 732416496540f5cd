/* SPDX-License-Identifier: MIT */
/*
 * tcp_end.h - stream sockets: shutdown, and the way back to a fresh socket
 */
#ifndef IX_SHIM_TCP_END_H
#define IX_SHIM_TCP_END_H

#include "shim/option/priv.h"

int tcp_shutdown(int fd, struct sock *s, int how);
void tcp_shut_fresh(struct sock *s, int how);
/* connect() with AF_UNSPEC */
int tcp_disconnect(int fd, struct sock *s, const struct sockaddr *addr,
		   socklen_t len);
/* Locked. Reset the connection; the socket has none now. */
void tcp_forget(struct sock *s);

#endif
