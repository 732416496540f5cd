// SPDX-License-Identifier: MIT
/*
 * route.c - where a packet goes: on a link of ours, by the gateway, to us
 *
 * RFC 1122 3.3.1 (host: next hop by prefix, then the default gateway),
 * RFC 6890 (addresses that are never routed). Omitted: redirects, IPv6.
 */
#include <errno.h>

#include "net/ip_state.h"

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
static int on_link(const struct net_shared *sh, uint32_t be)
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

static int first_v4(const struct net_shared *sh)
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
		i = be == UINT32_MAX ? first_v4(sh) : subnet_broadcast(sh, be);
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
static int never_routed(uint32_t be)
{
	uint32_t first = rte_be_to_cpu_32(be) >> 24;

	return first == 0 || first == 127 || first >= 224;
}

/* RFC 3927 2.6.2: link-local addresses stay on their link. */
static int link_local(uint32_t be)
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
	if (never_routed(be))
		return 0;
	if (on_link(sh, be) >= 0)
		return 2;
	return sh->info.has_gateway && !link_local(be) ? 2 : 0;
}

/* The packet leaves through the link of address i; src any: that one. */
static void leave_by(const struct net_shared *sh, struct ip_path *p, int i,
		     uint32_t next_hop)
{
	p->dev = (uint16_t)sh->info.addrs[i].dev;
	p->next_hop = next_hop;
	if (addr_is_any(&p->src))
		p->src = sh->info.addrs[i].ip;
}

static int route_to_us(struct ip_path *p, uint32_t dst, uint8_t local)
{
	p->loop = 1;
	p->next_hop = dst;
	if (!addr_is_any(&p->src))
		return 0;
	p->src = p->dst;
	if (local == IX_LIP_LOOPBACK)
		p->src = addr_from_v4(RTE_BE32(RTE_IPV4(127, 0, 0, 1)));
	return 0;
}

/* Limited broadcast and multicast: the link of src, else the first. */
static int route_to_many(const struct net_shared *sh, struct ip_path *p,
			 uint32_t dst)
{
	int i = ip_addr_index(sh, &p->src);

	if (i < 0)
		i = first_v4(sh);
	if (i < 0)
		return -ENETUNREACH;
	leave_by(sh, p, i, dst);
	return 0;
}

static int route_out(const struct net_shared *sh, struct ip_path *p,
		     uint32_t dst)
{
	uint32_t hop = dst;
	int i = on_link(sh, dst);

	if (ip4_is_loopback(addr_v4(&p->src)))
		return -EINVAL;
	if (i < 0 && sh->info.has_gateway && !link_local(dst)) {
		hop = addr_v4(&sh->gateway);
		i = on_link(sh, hop);
	}
	if (i < 0)
		return -ENETUNREACH;
	leave_by(sh, p, i, hop);
	if (hop != dst)
		p->dev = (uint16_t)sh->gateway_dev;
	return 0;
}

static int src_is_ours(const struct net_shared *sh, const struct ix_addr *src)
{
	if (addr_is_any(src) || ip_addr_index(sh, src) >= 0)
		return 1;
	return sh->info.loopback && addr_is_v4(src) &&
	       ip4_is_loopback(addr_v4(src));
}

int ip_route(struct net *n, struct ip_path *p)
{
	const struct net_shared *sh = n->sh;
	uint32_t dst = addr_v4(&p->dst);
	uint8_t local;

	if (!src_is_ours(sh, &p->src))
		return -EINVAL;
	if (!addr_is_v4(&p->dst))
		return -ENETUNREACH;
	p->loop = 0;
	p->resolved = 0;
	switch (ip4_classify(sh, dst, &local)) {
	case IP4_LOCAL:
		return route_to_us(p, dst, local);
	case IP4_BROADCAST:
		if (dst != UINT32_MAX) {
			leave_by(sh, p, local, dst);
			return 0;
		}
		/* fall through */
	case IP4_MULTICAST:
		return route_to_many(sh, p, dst);
	case IP4_FOREIGN:
		break;
	}
	return never_routed(dst) ? -ENETUNREACH : route_out(sh, p, dst);
}
