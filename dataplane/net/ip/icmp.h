/* SPDX-License-Identifier: MIT */
/*
 * icmp.h - ICMP (RFC 792, RFC 1122 3.2.2)
 */
#ifndef IX_NET_ICMP_H
#define IX_NET_ICMP_H

#include "net/common/ip_packet.h"

enum icmp_type {
	ICMP_ECHO_REPLY = 0,
	ICMP_UNREACHABLE = 3,
	ICMP_ECHO = 8,
	ICMP_TIME_EXCEEDED = 11,
	ICMP_PARAMETER = 12,
};

enum icmp_unreachable_code {
	ICMP_UNREACH_HOST = 1,
	ICMP_UNREACH_PROTO = 2,
	ICMP_UNREACH_PORT = 3,
	ICMP_UNREACH_FRAG_NEEDED = 4,
	ICMP_UNREACH_MAX = 15,
};

#define ICMP_HEADER 8	       /* bytes */
#define ICMP_TIME_REASSEMBLY 1 /* code of time exceeded */

/* m's data begins at the ICMP header. Takes m over. */
void icmp_input(struct net *n, struct rte_mbuf *m, const struct ip_rx *rx);

/* Send an ICMP error to the sender of m, whose data begins at its IP header.
 * Rate-limited; nothing is sent where RFC 1122 3.2.2 forbids it. The caller
 * keeps m. */
void icmp_error(struct net *n, const struct rte_mbuf *m, uint8_t type,
		uint8_t code);

/* Answer a received datagram, whose data begins at L4, with an "unreachable"
 * error of this code. Takes m over. */
void icmp_refuse(struct net *n, struct rte_mbuf *m, const struct ip_rx *rx,
		 uint8_t code);

/* For struct net.unreachable: tell the protocol that sent m (TCP or UDP), as if
 * a router had reported the host unreachable. */
void icmp_no_neighbour(struct net *n, const struct rte_mbuf *m);

#endif
