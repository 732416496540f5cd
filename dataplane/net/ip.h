/* SPDX-License-Identifier: MIT */
/*
 * ip.h - IP output and input, routes
 */
#ifndef IX_NET_IP_H
#define IX_NET_IP_H

#include "net/net.h"

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
	uint32_t next_hop;  /* IPv4, network order */
	uint16_t dev;
	uint16_t mtu; /* of the path; 0: the device's */
	struct rte_ether_addr mac;
	uint16_t ident; /* IPv4 identification */
};

/*
 * Choose device, next hop and, where src is any, the source address.
 * 0, or -ENETUNREACH, -EINVAL (src is not ours).
 */
int ip_route(struct net *n, struct ip_path *p);

/* What 0/1/2 of struct ix_dp.route means for ip. */
int ip_route_class(const struct net_shared *sh, const struct ix_addr *ip);

/* Index in sh->info.addrs of one of our addresses, or -1. */
int ip_addr_index(const struct net_shared *sh, const struct ix_addr *ip);

/* Is ip one host's address: no broadcast on our links, no multicast. */
int ip_is_unicast(const struct net_shared *sh, const struct ix_addr *ip);

/* The MTU that ip_output() holds to, once ip_route() has seen p. */
static inline uint16_t ip_mtu(const struct net *n, const struct ip_path *p)
{
	uint16_t mtu = n->sh->dev[p->dev].mtu;

	return p->mtu && p->mtu < mtu ? p->mtu : mtu;
}

/* flags of ip_output() */
#define IP_OUT_DF 0x1	    /* set DF; larger than the MTU is -EMSGSIZE */
#define IP_OUT_WHOLE 0x2    /* the latter alone */
#define IP_OUT_DEV_MTU 0x4  /* the device's MTU, whatever the path's */
#define IP_OUT_NO_CKSUM 0x8 /* of L4 */

/*
 * Prepend IP and Ethernet headers and queue. m's data begins at the L4
 * header, whose checksum field is 0: the checksum is computed here or by the
 * device. Larger than the MTU: fragmented, unless the flags say else, or,
 * with RTE_MBUF_F_TX_TCP_SEG, l4_len and tso_segsz, cut into segments by the
 * device (net_dev.tso_max).
 * Takes m over in every case. 0, or -ENETUNREACH, -EHOSTUNREACH, -ENOBUFS.
 * A frame whose next hop is being resolved counts as sent.
 */
int ip_output(struct net *n, struct rte_mbuf *m, struct ip_path *p,
	      uint8_t proto, unsigned flags);

/* Called by ip4.c once per valid datagram; m's data begins at L4. */
struct ip_rx {
	struct ix_addr src, dst;
	uint8_t proto, tos, ttl;
	uint8_t local; /* index in sh->info.addrs of dst (for a broadcast: of
			* our address there), or IX_LIP_LOOPBACK */
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

/* Peers reported an error for a packet of ours (ICMP, or ARP failure).
 * l4: the first bytes of its transport header, at least 8. */
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

/*
 * The holder of this elastic thread was killed anywhere in net/: forget every
 * mbuf and timer of ARP, IP and UDP without touching them, before the pools
 * are rebuilt (mem/pools.h). UDP ports stay open, their queues are empty. The
 * timing wheel is started anew, so TCP must forget its timers as well.
 */
void ip_recover(struct net *n);

#endif
