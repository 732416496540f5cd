/* SPDX-License-Identifier: MIT */
/*
 * ip_addr.h - kinds of IP addresses: own, on-link, broadcast, multicast
 */
#ifndef IX_NET_IP_ADDR_H
#define IX_NET_IP_ADDR_H

#include "base/addr.h"
#include "net/common/state.h"

/* The answer of struct ix_dp.route: 1: ip is an address of the stack, 2: it is
 * on a link or behind the gateway, 0: the stack does not serve it. */
int ip_route_class(const struct net_shared *sh, const struct ix_addr *ip);

/* Index in sh->info.addrs of one of our addresses, or -1. */
int ip_addr_index(const struct net_shared *sh, const struct ix_addr *ip);

/* Can ip be the address of a single host? It cannot if it is unspecified,
 * multicast, or a broadcast address of one of our links. */
int ip_is_unicast(const struct net_shared *sh, const struct ix_addr *ip);

/* Index of our address with the longest prefix that covers be (network order),
 * or -1 where be is on none of our links. */
int ip4_on_link(const struct net_shared *sh, uint32_t be);

/* Index of our first IPv4 address, or -1. */
int ip4_first(const struct net_shared *sh);

/* May be (network order) never be sent to a gateway (RFC 6890)? Is it
 * link-local (169.254/16, RFC 3927)? */
int ip4_never_routed(uint32_t be);
int ip4_is_link_local(uint32_t be);

/* What an IPv4 destination address names, from this host's point of view. */
enum ip4_dst {
	IP4_FOREIGN,
	IP4_LOCAL,
	IP4_BROADCAST,
	IP4_MULTICAST,
};

/* be is in network order; local_out is set as struct ip_rx.local. */
enum ip4_dst ip4_classify(const struct net_shared *sh, uint32_t be,
			  uint8_t *local_out);

/* The netmask of sh->info.addrs[i], network order; 0: it is not IPv4. */
static inline uint32_t ip4_mask(const struct net_shared *sh, unsigned i)
{
	uint32_t len = sh->info.addrs[i].prefix;

	if (len <= 96 || len > 128)
		return 0;
	return rte_cpu_to_be_32(UINT32_MAX << (128 - len));
}

static inline int ip4_is_loopback(uint32_t be)
{
	return (rte_be_to_cpu_32(be) >> 24) == 127;
}

static inline int ip4_is_multicast(uint32_t be)
{
	return (rte_be_to_cpu_32(be) >> 28) == 14;
}

#endif
