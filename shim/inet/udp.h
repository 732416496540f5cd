/* SPDX-License-Identifier: MIT */
/*
 * udp.h - datagram sockets
 *
 * Functions return 0 or a count, or a negative errno.
 */
#ifndef IX_SHIM_UDP_H
#define IX_SHIM_UDP_H

#include <time.h>

#include <linux/errqueue.h> /* after time.h, which it does without */

#include "shim/option/priv.h"

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
/* One that lost its port is to have one again. */
int udp_reopen(struct sock *s);
/* An unbound socket is to send to the stack: bind in both worlds. */
int udp_both(int fd, struct sock *s);
/* As recvmsg(2), sendmsg(2); msg_namelen and msg_controllen are updated. */
ssize_t udp_recvmsg(int fd, struct sock *s, struct msghdr *m, int flags);
ssize_t udp_sendmsg(int fd, struct sock *s, const struct msghdr *m, int flags);

/* Locked. */
unsigned udp_poll(const struct sock *s);
void udp_notify(struct sock *s, unsigned what);

/* Locked: may the socket have r; drop those before the first such; there is. */
bool udp_wanted(const struct sock *s, const struct ix_rx *r);
bool udp_skip_foreign(struct sock *s);

/* udp_queue.c: read one, or several at once. Locked; what recvmsg() returns. */
struct udp_got {
	struct ix_rx from;
	size_t full; /* bytes that there were */
	bool cut;    /* not all of them were read */
	int piece;   /* bytes of each of several; 0: it is one */
};
ssize_t udp_take(struct sock *s, const struct iovec *iov, int cnt, int flags,
		 struct udp_got *got);

/* To a group, or to everybody, from an address of loopback: such is the kernel's,
 * which has the same addresses. */
bool udp_by_kernel(const struct sock *s, const struct ix_addr *to);

/* Locked. UDP_CORK is off: send what it held. */
void udp_uncork(struct sock *s);

/*
 * udp_cmsg.c
 */
/* What the control messages of m ask for goes into `to`; 0, -errno. */
int udp_cmsg_send(const struct sock *s, const struct msghdr *m,
		  struct ix_udp_to *to);
/* What a receiver asked for about a datagram; piece: of how many bytes each are
 * those that were put together, else 0. */
void udp_cmsg_recv(const struct sock *s, struct msghdr *m,
		   const struct ix_rx *from, int piece);
/* The time of day of a time of the dataplane's clock. */
struct timespec udp_day_time(uint64_t at_ns);

/* The parts of udp_cmsg_recv() that errors have too. */
struct dgram_about {
	uint32_t lip;
	struct ix_addr peer;
	uint8_t ttl, tos;
	bool is_error;
};
void cmsg_put_stamps(const struct sock *s, struct msghdr *m, size_t *used,
		     uint64_t at_ns);
void cmsg_put_about(const struct sock *s, struct msghdr *m, size_t *used,
		    const struct dgram_about *d);

/*
 * udp_err.c: the error queue. All locked.
 */
struct udp_err {
	struct udp_err *next;
	uint64_t at_ns;
	struct sock_extended_err ee;
	struct endpoint to;  /* where the datagram was to go */
	struct ix_addr from; /* who reported it */
	uint32_t lip;
	uint8_t ttl, tos; /* of the report */
	uint16_t len;
	uint8_t data[520]; /* quoted of the datagram: as much as in 576 bytes */
};

/* As recvmsg() with MSG_ERRQUEUE; -EAGAIN. */
ssize_t udp_err_recv(struct sock *s, struct msghdr *m);
void udp_err_purge(struct sock *s);
/* What an event with struct ix_udp_error tells. */
void udp_err_icmp(struct sock *s, const struct ix_event *ev);
/* One of our own, if the socket wants to hear of errors. */
void udp_err_local(struct sock *s, int err, const struct endpoint *to,
		   uint32_t mtu);
/* A call with MSG_ZEROCOPY is done: its bytes have been copied. */
void udp_err_zerocopy(struct sock *s);

#endif
