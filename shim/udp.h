/* SPDX-License-Identifier: MIT */
/*
 * udp.h - datagram sockets
 *
 * Functions return 0 or a count, or a negative errno.
 */
#ifndef IX_SHIM_UDP_H
#define IX_SHIM_UDP_H

#include "shim/priv.h"

int udp_bind(int fd, struct sock *s, const struct endpoint *ep,
	     const struct sockaddr *addr, socklen_t len);
int udp_connect(int fd, struct sock *s, const struct endpoint *ep,
		const struct sockaddr *addr, socklen_t len);
int udp_disconnect(int fd, struct sock *s, const struct sockaddr *addr,
		   socklen_t len);
/* Does the stack serve this destination of s? */
bool udp_served(const struct sock *s, const struct ix_addr *ip);
/* -EACCES: a broadcast address, and SO_BROADCAST is off. */
int udp_may_send(const struct sock *s, const struct ix_addr *ip);
int udp_shutdown(int fd, struct sock *s, int how);
/* An unbound socket is to send to the stack: bind in both worlds. */
int udp_both(int fd, struct sock *s);
/* As recvmsg(2), sendmsg(2); msg_namelen and msg_controllen are updated. */
ssize_t udp_recvmsg(int fd, struct sock *s, struct msghdr *m, int flags);
ssize_t udp_sendmsg(int fd, struct sock *s, const struct msghdr *m, int flags);

/* Locked. */
unsigned udp_poll(const struct sock *s);
void udp_notify(struct sock *s, unsigned what);

/* cmsg.c: own address + 1 that a sender asked for, 0: none; -EINVAL. */
int cmsg_source(const struct msghdr *m);
/* ... and what a receiver asked for about a datagram. */
void cmsg_report(const struct sock *s, struct msghdr *m,
		 const struct ix_rx *from);

#endif
