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
/* Does the stack send what s sends to ip? */
bool dgram_served(const struct sock *s, const struct ix_addr *ip);
/* 0, or -EACCES: ip is a broadcast address, and SO_BROADCAST is off. */
int dgram_may_send(const struct sock *s, const struct ix_addr *ip);
int dgram_shutdown(int fd, struct sock *s, int how);
/* Open the stack's side of s again, which has none, with a port chosen anew. */
int dgram_reopen(struct sock *s);
/* Bind s, which is not bound, in both worlds: the stack is to send for it. */
int dgram_both(int fd, struct sock *s);
/* The poll() and notify() of struct sock_ops. */
unsigned dgram_poll(const struct sock *s);
void dgram_notify(struct sock *s, unsigned what);

/* Does the kernel have to send what s, of the stack, sends to `to`? Yes from a
 * loopback address, which the kernel has as well, to a multicast group or to
 * 255.255.255.255. */
bool dgram_by_kernel(const struct sock *s, const struct ix_addr *to);

#endif
