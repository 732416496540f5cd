/* SPDX-License-Identifier: MIT */
/*
 * tcp_bind.h - stream sockets: the port and the address
 */
#ifndef IX_SHIM_TCP_BIND_H
#define IX_SHIM_TCP_BIND_H

#include "shim/option/priv.h"

int stream_bind(int fd, struct sock *s, const struct endpoint *ep,
		const struct sockaddr *addr, socklen_t len);
/* A socket that was bound without a port, which listens. */
int stream_bind_port(int fd, struct sock *s);
/* Give the kernel's side of s its name; 0, -errno. */
int stream_bind_kernel(int fd, const struct sock *s);

#endif
