/* SPDX-License-Identifier: MIT */
/*
 * udp_err.h - the error queue of a datagram socket
 *
 * All are locked.
 */
#ifndef IX_SHIM_UDP_ERR_H
#define IX_SHIM_UDP_ERR_H

#include <time.h>

#include <linux/errqueue.h> /* after time.h, which it does without */

#include "shim/option/priv.h"

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

void udp_err_pools_init(struct shim_root *r);

#endif
