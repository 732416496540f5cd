// SPDX-License-Identifier: MIT
/*
 * ip_addr.c - addresses: which are ours, on our links, of one host
 *
 * RFC 1122 3.2.1.3 (kinds of addresses), RFC 3021 (links without a broadcast
 * address), RFC 3927 2.6.2 and RFC 6890 (addresses that are never routed).
 */
#include "net/common/ip_addr.h"

int ip_addr_index(const struct net_shared *sh, const struct ix_addr *ip)
{
	for (unsigned i = 0; i < sh->info.naddrs; i++)
		if (addr_equal(&sh->info.addrs[i].ip, ip))
			return (int)i;
	return -1;
}

static int addr4_index(const struct net_shared *sh, uint32_t be)
{
	struct ix_addr a = addr_from_v4(be);

	return ip_addr_index(sh, &a);
}

/* Index of the address with the longest prefix that covers be, or -1. */
int ip4_on_link(const struct net_shared *sh, uint32_t be)
{
	uint32_t best = 0;
	int index = -1;

	for (unsigned i = 0; i < sh->info.naddrs; i++) {
		uint32_t mask = ip4_mask(sh, i);
		uint32_t own = addr_v4(&sh->info.addrs[i].ip);

		if (!mask || ((own ^ be) & mask) ||
		    sh->info.addrs[i].prefix <= best)
			continue;
		best = sh->info.addrs[i].prefix;
		index = (int)i;
	}
	return index;
}

/* Index of the address on whose link be is the broadcast address, or -1.
 * Links of two addresses or one have none (RFC 3021). */
static int subnet_broadcast(const struct net_shared *sh, uint32_t be)
{
	for (unsigned i = 0; i < sh->info.naddrs; i++) {
		uint32_t mask = ip4_mask(sh, i);
		uint32_t own = addr_v4(&sh->info.addrs[i].ip);

		if (mask && sh->info.addrs[i].prefix < 96 + 31 &&
		    be == (own | ~mask))
			return (int)i;
	}
	return -1;
}

int ip4_first(const struct net_shared *sh)
{
	for (unsigned i = 0; i < sh->info.naddrs; i++)
		if (ip4_mask(sh, i))
			return (int)i;
	return -1;
}

enum ip4_dst ip4_classify(const struct net_shared *sh, uint32_t be,
			  uint8_t *local_out)
{
	enum ip4_dst kind = IP4_LOCAL;
	int i = addr4_index(sh, be);

	if (unlikely(i < 0)) {
		kind = IP4_BROADCAST;
		i = be == UINT32_MAX ? ip4_first(sh) : subnet_broadcast(sh, be);
	}
	if (i >= 0) {
		*local_out = (uint8_t)i;
		return kind;
	}
	*local_out = IX_LIP_LOOPBACK;
	if (ip4_is_loopback(be) && sh->info.loopback)
		return IP4_LOCAL;
	return ip4_is_multicast(be) ? IP4_MULTICAST : IP4_FOREIGN;
}

/* 0/8, 127/8, class D and E and the limited broadcast (RFC 6890). */
int ip4_never_routed(uint32_t be)
{
	uint32_t first = rte_be_to_cpu_32(be) >> 24;

	return first == 0 || first == 127 || first >= 224;
}

/* RFC 3927 2.6.2: link-local addresses stay on their link. */
int ip4_is_link_local(uint32_t be)
{
	return (rte_be_to_cpu_32(be) >> 16) == 0xa9fe;
}

static int is_loopback6(const struct ix_addr *ip)
{
	static const struct ix_addr one = { .b = { [15] = 1 } };

	return addr_equal(ip, &one);
}

int ip_is_unicast(const struct net_shared *sh, const struct ix_addr *ip)
{
	uint32_t be = addr_v4(ip);

	if (!addr_is_v4(ip))
		return ip->b[0] != 0xff && !addr_is_any(ip);
	return be != 0 && be != UINT32_MAX && !ip4_is_multicast(be) &&
	       subnet_broadcast(sh, be) < 0;
}

int ip_route_class(const struct net_shared *sh, const struct ix_addr *ip)
{
	uint32_t be = addr_v4(ip);

	if (ip_addr_index(sh, ip) >= 0)
		return 1;
	if (!addr_is_v4(ip))
		return sh->info.loopback && is_loopback6(ip);
	if (ip4_is_loopback(be))
		return sh->info.loopback != 0;
	if (ip4_never_routed(be))
		return 0;
	if (ip4_on_link(sh, be) >= 0)
		return 2;
	return sh->info.has_gateway && !ip4_is_link_local(be) ? 2 : 0;
}
