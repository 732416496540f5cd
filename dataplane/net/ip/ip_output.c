// SPDX-License-Identifier: MIT
/*
 * ip_output.c - the way out for every protocol above IP
 *
 * One entry, whatever the version: the route and the neighbour are looked up
 * once and stay in the path until one of them changes. RFC 1112 6.4 (Ethernet
 * addresses of groups).
 */
#include "net/ip/ip_output.h"

#include "net/common/mbuf.h"
#include "net/ip/ip4_output.h"
#include "net/ip/route.h"
#include "net/neigh/neigh_wait.h"

/* The Ethernet address of a broadcast, or of a group's address. */
static struct rte_ether_addr mac_of_many(uint32_t be)
{
	uint32_t low = rte_be_to_cpu_32(be) & 0x7fffff;

	if (!ip4_is_multicast(be))
		return (struct rte_ether_addr){ { 0xff, 0xff, 0xff, 0xff, 0xff,
						  0xff } };
	return (struct rte_ether_addr){ { 0x01, 0x00, 0x5e,
					  (uint8_t)(low >> 16),
					  (uint8_t)(low >> 8), (uint8_t)low } };
}

/*
 * The verdict on what would leave on p, and the way there: 0 (the MAC is known),
 * 1 (packets wait for it), or -errno: nothing leaves. It is asked when a path is
 * new and whenever routes or neighbours have changed.
 */
static int resolve(struct net *n, struct ip_path *p)
{
	enum neigh_answer known;
	int rc = ip_route(n, p);

	if (rc < 0)
		return rc;
	p->gen = ip_generation(n);
	if (p->loop) {
		p->resolved = 1;
		return 0;
	}
	if (!ip_is_unicast(n->sh, &p->dst)) {
		p->mac = mac_of_many(addr_v4(&p->dst));
		p->resolved = 1;
		return 0;
	}
	known = neigh_resolve(n, p->dev, ip_next_hop(n->sh, p), &p->src,
			      &p->mac);
	p->resolved = known == NEIGH_FRESH;
	return known == NEIGH_UNKNOWN;
}

int ip_output(struct net *n, struct rte_mbuf *m, struct ip_path *p,
	      uint8_t proto, unsigned flags)
{
	int unresolved = 0;

	if (unlikely(!p->resolved || p->gen != ip_generation(n))) {
		unresolved = resolve(n, p);
		if (unresolved < 0) {
			mbuf_drop(m, &n->stats.ip_drop_noroute);
			return unresolved;
		}
	}
	if (p->loop)
		return ip4_output_loop(n, m, p, proto);
	return ip4_output(n, m, p, proto, flags, unresolved);
}
