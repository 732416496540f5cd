/* SPDX-License-Identifier: MIT */
/*
 * udp.h - datagram sockets
 *
 * Functions return 0, or a negative errno.
 */
#ifndef IX_SHIM_UDP_H
#define IX_SHIM_UDP_H

#include "shim/option/priv.h"

int dgram_bind(int fd, struct sock *s, const struct endpoint *ep,
	       const struct sockaddr *addr, socklen_t len);
int dgram_connect(int fd, struct sock *s, const struct endpoint *ep,
		  const struct sockaddr *addr, socklen_t len);
int dgram_disconnect(int fd, struct sock *s, const struct sockaddr *addr,
		     socklen_t len);
/* Does the stack serve this destination of s? */
bool dgram_served(const struct sock *s, const struct ix_addr *ip);
/* -EACCES: a broadcast address, and SO_BROADCAST is off. */
int dgram_may_send(const struct sock *s, const struct ix_addr *ip);
int dgram_shutdown(int fd, struct sock *s, int how);
/* One that lost its port is to have one again. */
int dgram_reopen(struct sock *s);
/* An unbound socket is to send to the stack: bind in both worlds. */
int dgram_both(int fd, struct sock *s);
/* Locked. */
unsigned dgram_poll(const struct sock *s);
void dgram_notify(struct sock *s, unsigned what);

/* To a group, or to everybody, from an address of loopback: such is the kernel's,
 * which has the same addresses. */
bool dgram_by_kernel(const struct sock *s, const struct ix_addr *to);

#endif
