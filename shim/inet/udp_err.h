/* SPDX-License-Identifier: MIT */
/*
 * udp_err.h - the error queue of a datagram socket
 *
 * All are called locked, but udp_err_pools_init().
 */
#ifndef IX_SHIM_UDP_ERR_H
#define IX_SHIM_UDP_ERR_H

#include <time.h>

#include <linux/errqueue.h> /* after time.h, which it does without */

#include "shim/option/priv.h"

struct udp_err {
	struct udp_err *next;
	uint64_t at_ns; /* when it was queued, ns of the dataplane's clock */
	struct sock_extended_err ee;
	struct endpoint to;  /* where the datagram was to go */
	struct ix_addr from; /* who sent the ICMP message */
	uint32_t lip;	     /* own address that it came to, see addr_local() */
	uint8_t ttl, tos;    /* of the ICMP message */
	uint16_t len;	     /* bytes of data */
	uint8_t data[520];   /* start of the datagram, as ICMP quotes it */
};

/* recvmsg() with MSG_ERRQUEUE: bytes, -EAGAIN (it is empty), -EFAULT. */
ssize_t udp_err_recv(struct sock *s, struct msghdr *m);
/* Empty the queue. */
void udp_err_purge(struct sock *s);
/* Queue the ICMP error of ev, whose data are a struct ix_udp_error. */
void udp_err_icmp(struct sock *s, const struct ix_event *ev);
/* Queue the error err (an errno) of sending to `to`, if IP_RECVERR is on. mtu:
 * for EMSGSIZE, else 0. */
void udp_err_local(struct sock *s, int err, const struct endpoint *to,
		   uint32_t mtu);
/* Queue the completion of a call with MSG_ZEROCOPY, whose bytes were copied. */
void udp_err_zerocopy(struct sock *s);

void udp_err_pools_init(struct shim_root *r);

#endif
