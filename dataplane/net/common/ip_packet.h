/* SPDX-License-Identifier: MIT */
/*
 * ip_packet.h - what IP and the protocols above it tell each other of a packet
 */
#ifndef IX_NET_IP_PACKET_H
#define IX_NET_IP_PACKET_H

#include "net/common/ip_addr.h"

/*
 * The path of a connection's packets. The caller sets src, dst, ttl (0: 64) and
 * tos and zeroes the rest, in which ip_output() caches the route and the
 * neighbour's MAC address.
 */
struct ip_path {
	struct ix_addr src, dst;
	uint8_t ttl, tos;
	uint8_t resolved;   /* mac is valid while gen is current */
	uint8_t loop : 1;   /* dst is one of our addresses */
	uint8_t answer : 1; /* set by the caller: the packets only answer an
			     * unverified peer, whose address may be forged */
	uint32_t gen;	    /* ip_generation() when cached */
	uint32_t gateway;   /* the next hop is the gateway; 0: it is dst */
	uint16_t dev;
	uint16_t mtu; /* path MTU, bytes; 0: the device's MTU holds */
	struct rte_ether_addr mac;
	uint16_t ident; /* IPv4 identification */
};

/* The neighbour to which packets on p are sent. Valid after ip_route(). */
static inline const struct ix_addr *ip_next_hop(const struct net_shared *sh,
						const struct ip_path *p)
{
	return p->gateway ? &sh->gateway : &p->dst;
}

/* The MTU in bytes that ip_output() observes. Valid after ip_route(). */
static inline uint16_t ip_mtu(const struct net *n, const struct ip_path *p)
{
	uint16_t mtu = n->sh->dev[p->dev].mtu;

	return p->mtu && p->mtu < mtu ? p->mtu : mtu;
}

/* What IP says of a received datagram, which is reassembled and valid. */
struct ip_rx {
	struct ix_addr src, dst;
	uint8_t proto, tos, ttl;
	uint8_t local; /* index in sh->info.addrs of dst (of a broadcast: of our
			* address on that link), or IX_LIP_LOOPBACK */
	uint8_t broadcast;
	uint8_t hlen; /* bytes of the IP header, still in front of m's data */
};

/* May the sender of rx reach a socket of this scope (enum ix_scope)? */
static inline int ip_in_scope(const struct net_shared *sh, unsigned scope,
			      const struct ip_rx *rx)
{
	if (likely(scope == IX_SCOPE_ANY))
		return 1;
	return scope == IX_SCOPE_HOST && (rx->local == IX_LIP_LOOPBACK ||
					  ip_addr_index(sh, &rx->src) >= 0);
}

/* An error about a packet that we sent: an ICMP error, or a neighbour that does
 * not answer ARP. l4: the first bytes of its transport header, at least 8. */
struct ip_error {
	struct ix_addr src, dst; /* of the packet that we had sent */
	uint8_t proto;
	uint8_t hard; /* ends a connection that is not yet established; is
			 * reported to a UDP port */
	uint16_t mtu; /* next-hop MTU if fragmentation was needed, else 0 */
	int err;      /* errno for the program */
	const uint8_t *l4;
	size_t l4_len;	     /* bytes at l4 */
	struct ix_addr from; /* sender of the ICMP error; zero: we noticed */
	uint8_t type, code;  /* of ICMP */
	uint8_t ttl, tos;    /* of the ICMP error's IP header */
};

#endif
