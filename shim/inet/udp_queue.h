/* SPDX-License-Identifier: MIT */
/*
 * udp_queue.h - which of the datagrams that wait is read
 */
#ifndef IX_SHIM_UDP_QUEUE_H
#define IX_SHIM_UDP_QUEUE_H

#include "shim/option/priv.h"

/* Locked. Is r of an address family that s receives? */
bool dgram_wanted(const struct sock *s, const struct ix_rx *r);
/* Locked. Drop the datagrams before the first that s wants; false: there is
 * none. */
bool dgram_skip_foreign(struct sock *s);

/* Locked. Read a datagram, or several at once (UDP_GRO); returns as
 * recvmsg(). */
struct udp_got {
	struct ix_rx from;
	size_t full; /* bytes of the datagram, or of all */
	bool cut;    /* not all of them were read: MSG_TRUNC */
	int piece;   /* bytes of each of several; 0: it was one */
};
ssize_t dgram_take(struct sock *s, const struct iovec *iov, int cnt, int flags,
		   struct udp_got *got);

#endif
