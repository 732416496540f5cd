/* SPDX-License-Identifier: MIT */
/*
 * udp_cmsg.h - control messages of datagrams
 */
#ifndef IX_SHIM_UDP_CMSG_H
#define IX_SHIM_UDP_CMSG_H

#include <time.h>

#include "shim/option/priv.h"

/* Fill in `to` (source, TOS, TTL, UDP_SEGMENT) as the control messages of m ask
 * for; 0, or -errno. */
int udp_cmsg_send(const struct sock *s, const struct msghdr *m,
		  struct ix_udp_to *to);
/* Write into m the control messages that s has asked for about the datagram
 * `from`. piece: bytes of each of the datagrams that UDP_GRO joined; 0: it is
 * one. */
void udp_cmsg_recv(const struct sock *s, struct msghdr *m,
		   const struct ix_rx *from, int piece);
/* A time of the dataplane's clock, ns, as one of CLOCK_REALTIME. */
struct timespec udp_day_time(uint64_t at_ns);

/* The parts of udp_cmsg_recv() that messages of the error queue have, too. */
struct dgram_about {
	uint32_t lip; /* the own address, see addr_local() */
	struct ix_addr peer;
	uint8_t ttl, tos;
	bool is_error;
};
void cmsg_put_stamps(const struct sock *s, struct msghdr *m, size_t *used,
		     uint64_t at_ns);
void cmsg_put_about(const struct sock *s, struct msghdr *m, size_t *used,
		    const struct dgram_about *d);

#endif
