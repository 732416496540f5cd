// SPDX-License-Identifier: MIT
/*
 * route.c - where a packet goes: on a link of ours, by the gateway, to us
 *
 * RFC 1122 3.3.1 (host: next hop by prefix, then the default gateway).
 * Omitted: redirects, IPv6.
 */
#include "net/ip/route.h"

#include <errno.h>
#include <rte_ip.h>

#include "net/common/ip_addr.h"

/* The packet leaves through the link of address i, to the gateway or to dst
 * itself; src any: that one. */
static void leave_by(const struct net_shared *sh, struct ip_path *p, int i,
		     uint32_t gateway)
{
	p->dev = (uint16_t)sh->info.addrs[i].dev;
	p->gateway = gateway;
	if (addr_is_any(&p->src))
		p->src = sh->info.addrs[i].ip;
}

static int route_to_us(struct ip_path *p, uint8_t local)
{
	p->loop = 1;
	p->gateway = 0;
	if (!addr_is_any(&p->src))
		return 0;
	p->src = p->dst;
	if (local == IX_LIP_LOOPBACK)
		p->src = addr_from_v4(RTE_BE32(RTE_IPV4(127, 0, 0, 1)));
	return 0;
}

/* Limited broadcast and multicast: the link of src, else the first. */
static int route_to_many(const struct net_shared *sh, struct ip_path *p)
{
	int i = ip_addr_index(sh, &p->src);

	if (i < 0)
		i = ip4_first(sh);
	if (i < 0)
		return -ENETUNREACH;
	leave_by(sh, p, i, 0);
	return 0;
}

static int route_out(const struct net_shared *sh, struct ip_path *p,
		     uint32_t dst)
{
	int i = ip4_on_link(sh, dst);

	if (ip4_is_loopback(addr_v4(&p->src)))
		return -EINVAL;
	if (i >= 0) {
		leave_by(sh, p, i, 0);
		return 0;
	}
	if (sh->info.has_gateway && !ip4_is_link_local(dst))
		i = ip4_on_link(sh, addr_v4(&sh->gateway));
	if (i < 0)
		return -ENETUNREACH;
	leave_by(sh, p, i, 1);
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
		return route_to_us(p, local);
	case IP4_BROADCAST:
		if (dst != UINT32_MAX) {
			leave_by(sh, p, local, 0);
			return 0;
		}
		/* fall through */
	case IP4_MULTICAST:
		return route_to_many(sh, p);
	case IP4_FOREIGN:
		break;
	}
	return ip4_never_routed(dst) ? -ENETUNREACH : route_out(sh, p, dst);
}
