/* SPDX-License-Identifier: MIT */
/*
 * ip_addr.h - addresses, and what each is to us
 */
#ifndef IX_NET_IP_ADDR_H
#define IX_NET_IP_ADDR_H

#include "base/addr.h"
#include "net/common/state.h"

/* What 0/1/2 of struct ix_dp.route means for ip. */
int ip_route_class(const struct net_shared *sh, const struct ix_addr *ip);

/* Index in sh->info.addrs of one of our addresses, or -1. */
int ip_addr_index(const struct net_shared *sh, const struct ix_addr *ip);

/* Is ip one host's address: no broadcast on our links, no multicast. */
int ip_is_unicast(const struct net_shared *sh, const struct ix_addr *ip);

/* Index of our address whose prefix covers be best, or -1. */
int ip4_on_link(const struct net_shared *sh, uint32_t be);

/* Index of our first IPv4 address, or -1. */
int ip4_first(const struct net_shared *sh);

/* An address that RFC 6890 keeps from every gateway; one of a link alone. */
int ip4_never_routed(uint32_t be);
int ip4_is_link_local(uint32_t be);

/* What an IPv4 destination is to us. */
enum ip4_dst {
	IP4_FOREIGN,
	IP4_LOCAL,
	IP4_BROADCAST,
	IP4_MULTICAST,
};

/* local_out: as in struct ip_rx. */
enum ip4_dst ip4_classify(const struct net_shared *sh, uint32_t be,
			  uint8_t *local_out);

/* The network mask of sh->info.addrs[i], network order; 0: not IPv4. */
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
