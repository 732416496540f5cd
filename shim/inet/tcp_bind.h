/* SPDX-License-Identifier: MIT */
/*
 * tcp_bind.h - stream sockets: bind, and the choice of a port
 */
#ifndef IX_SHIM_TCP_BIND_H
#define IX_SHIM_TCP_BIND_H

#include "shim/option/priv.h"

int stream_bind(int fd, struct sock *s, const struct endpoint *ep,
		const struct sockaddr *addr, socklen_t len);
/* Choose the port of a socket that is about to listen and that was bound
 * without one (IP_BIND_ADDRESS_NO_PORT); 0, or -errno. */
int stream_bind_port(int fd, struct sock *s);
/* Bind the kernel's half of s to priv->local; 0, or -errno. */
int stream_bind_kernel(int fd, const struct sock *s);

#endif
