/* SPDX-License-Identifier: MIT */
/*
 * udp_queue.h - which of the datagrams that wait is read
 */
#ifndef IX_SHIM_UDP_QUEUE_H
#define IX_SHIM_UDP_QUEUE_H

#include "shim/option/priv.h"

/* Locked: may the socket have r; drop those before the first such; there is. */
bool dgram_wanted(const struct sock *s, const struct ix_rx *r);
bool dgram_skip_foreign(struct sock *s);

/* Read one, or several at once. Locked; what recvmsg() returns. */
struct udp_got {
	struct ix_rx from;
	size_t full; /* bytes that there were */
	bool cut;    /* not all of them were read */
	int piece;   /* bytes of each of several; 0: it is one */
};
ssize_t dgram_take(struct sock *s, const struct iovec *iov, int cnt, int flags,
		   struct udp_got *got);

#endif
