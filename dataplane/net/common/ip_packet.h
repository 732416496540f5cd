/* SPDX-License-Identifier: MIT */
/*
 * ip_packet.h - what goes with a packet: down to the wire, and up from it
 */
#ifndef IX_NET_IP_PACKET_H
#define IX_NET_IP_PACKET_H

#include "net/common/ip_addr.h"

/*
 * Where packets of a connection go. Caller sets src, dst, ttl (0: 64), tos
 * and zeroes the rest, which caches the route and the neighbour's MAC.
 */
struct ip_path {
	struct ix_addr src, dst;
	uint8_t ttl, tos;
	uint8_t resolved;   /* mac is valid while gen is current */
	uint8_t loop : 1;   /* dst is one of our addresses */
	uint8_t answer : 1; /* set by the caller: only a stranger, who may
			     * not be there, makes us send */
	uint32_t gen;	    /* net_shared.route_gen when cached */
	uint32_t gateway;   /* the next hop is the gateway; 0: it is dst */
	uint16_t dev;
	uint16_t mtu; /* of the path; 0: the device's */
	struct rte_ether_addr mac;
	uint16_t ident; /* IPv4 identification */
};

/* The neighbour that packets on p are given to, once ip_route() has seen p. */
static inline const struct ix_addr *ip_next_hop(const struct net_shared *sh,
						const struct ip_path *p)
{
	return p->gateway ? &sh->gateway : &p->dst;
}

/* The MTU that ip_output() holds to, once ip_route() has seen p. */
static inline uint16_t ip_mtu(const struct net *n, const struct ip_path *p)
{
	uint16_t mtu = n->sh->dev[p->dev].mtu;

	return p->mtu && p->mtu < mtu ? p->mtu : mtu;
}

/* A datagram that came, whole and valid. */
struct ip_rx {
	struct ix_addr src, dst;
	uint8_t proto, tos, ttl;
	uint8_t local; /* index in sh->info.addrs of dst (for a broadcast: of
			* our address there), or IX_LIP_LOOPBACK */
	uint8_t broadcast;
	uint8_t hlen; /* bytes of the IP header, in front of m's data */
};

/* Does a socket of this scope (enum ix_scope) exist for the sender of rx? */
static inline int ip_in_scope(const struct net_shared *sh, unsigned scope,
			      const struct ip_rx *rx)
{
	if (likely(scope == IX_SCOPE_ANY))
		return 1;
	return scope == IX_SCOPE_HOST && (rx->local == IX_LIP_LOOPBACK ||
					  ip_addr_index(sh, &rx->src) >= 0);
}

/* Peers reported an error for a packet of ours (ICMP, or a neighbour that
 * does not answer). l4: the first bytes of its transport header, at least 8. */
struct ip_error {
	struct ix_addr src, dst; /* of the packet that we had sent */
	uint8_t proto;
	uint8_t hard; /* ends a connection that is not yet established;
			 * reported to a UDP port */
	uint16_t mtu; /* fragmentation needed: next-hop MTU, else 0 */
	int err;      /* errno for the program */
	const uint8_t *l4;
	size_t l4_len;	     /* bytes of it that are there */
	struct ix_addr from; /* who reported it; zero: nobody but us */
	uint8_t type, code;  /* of ICMP */
	uint8_t ttl, tos;    /* of the report */
};

#endif
