// SPDX-License-Identifier: MIT
/*
 * arp_input.c - ARP packets from others, and announcements
 *
 * RFC 826 (packet reception), RFC 5227 2.3 (announcing) and 2.4 b (defending).
 * Omitted: probing before first use (the addresses are given), proxy ARP.
 */
#include "net/neigh/arp_input.h"

#include <rte_arp.h>

#include "net/neigh/arp_output.h"
#include "net/neigh/neigh_table.h"
#include "net/neigh/neigh_wait.h"

#define DELAY (5 * NEIGH_SECOND) /* before a neighbour that asked is probed */
#define ANNOUNCE_INTERVAL (2 * NEIGH_SECOND) /* RFC 5227 1.1 */
#define DEFEND_INTERVAL (10 * NEIGH_SECOND)

static int own_on(const struct net_shared *sh, uint16_t dev,
		  const struct ix_addr *ip)
{
	int i = ip_addr_index(sh, ip);

	return i >= 0 && sh->info.addrs[i].dev == dev;
}

static void announce_one(struct net *n, uint16_t dev, const struct ix_addr *ip)
{
	arp_request(n, dev, &arp_all, ip, ip);
}

/* Another host claims ip. RFC 5227 2.4 b: say so once, then bear it. */
static void defend(struct net *n, uint16_t dev, const struct ix_addr *ip)
{
	struct neigh_waits *s = n->neigh;

	STAT(n, arp_conflict);
	if (s->defended && n->now - s->defended < DEFEND_INTERVAL)
		return;
	s->defended = n->now;
	announce_one(n, dev, ip);
}

/* RFC 826's merge flag, and what we learn. */
static void learn_sender(struct net *n, uint16_t dev,
			 const struct rte_arp_hdr *a, int to_us)
{
	const struct rte_arp_ipv4 *d = &a->arp_data;
	struct ix_addr sender = addr_from_v4(d->arp_sip);
	const struct neigh_entry *e = neigh_find(n->sh, dev, &sender);
	int request = a->arp_opcode == RTE_BE16(RTE_ARP_OP_REQUEST);
	uint64_t confirmed = n->now;
	/* an answer to us may come by another queue than was asked by */
	int wanted = neigh_awaits(n, dev, &sender) ||
		     (to_us && !request && neigh_others_wait(n));

	if (!e && !wanted && !(to_us && request)) {
		STAT(n, arp_ignored);
		return;
	}
	if (request)
		confirmed -= RTE_MIN(confirmed, NEIGH_REACHABLE - DELAY);
	neigh_learn(n, dev, &sender, &d->arp_sha, confirmed, wanted);
	neigh_resolved(n, dev, &sender, &d->arp_sha);
}

static int arp_valid(struct net *n, const struct rte_mbuf *m)
{
	const struct rte_arp_hdr *a = rte_pktmbuf_mtod(m, const void *);

	if (m->data_len < sizeof(*a)) {
		STAT(n, arp_drop_short);
		return 0;
	}
	if (a->arp_hardware != RTE_BE16(RTE_ARP_HRD_ETHER) ||
	    a->arp_protocol != RTE_BE16(RTE_ETHER_TYPE_IPV4) ||
	    a->arp_hlen != RTE_ETHER_ADDR_LEN ||
	    a->arp_plen != sizeof(uint32_t) ||
	    (a->arp_opcode != RTE_BE16(RTE_ARP_OP_REQUEST) &&
	     a->arp_opcode != RTE_BE16(RTE_ARP_OP_REPLY))) {
		STAT(n, arp_drop_format);
		return 0;
	}
	return 1;
}

static int sender_valid(const struct net *n, const struct rte_arp_ipv4 *d)
{
	struct ix_addr sender = addr_from_v4(d->arp_sip);

	return rte_is_valid_assigned_ether_addr(&d->arp_sha) &&
	       (d->arp_sip == 0 || (ip_is_unicast(n->sh, &sender) &&
				    !ip4_is_loopback(d->arp_sip)));
}

static void arp_handle(struct net *n, uint16_t dev, const struct rte_arp_hdr *a)
{
	const struct rte_arp_ipv4 *d = &a->arp_data;
	struct ix_addr sender = addr_from_v4(d->arp_sip);
	struct ix_addr target = addr_from_v4(d->arp_tip);
	int request = a->arp_opcode == RTE_BE16(RTE_ARP_OP_REQUEST);
	int to_us = own_on(n->sh, dev, &target);

	if (rte_is_same_ether_addr(&d->arp_sha, &n->sh->dev[dev].mac)) {
		STAT(n, arp_ignored); /* our own, reflected */
		return;
	}
	if (!sender_valid(n, d)) {
		STAT(n, arp_drop_sender);
		return;
	}
	if (d->arp_sip && own_on(n->sh, dev, &sender)) {
		defend(n, dev, &sender);
		return;
	}
	if (d->arp_sip) /* 0: an ARP probe (RFC 5227 2.1.1) */
		learn_sender(n, dev, a, to_us);
	if (request && to_us)
		arp_send(n, dev, RTE_ARP_OP_REPLY, &d->arp_sha, &target,
			 &d->arp_sha, &sender);
}

void arp_input(struct net *n, struct rte_mbuf *m)
{
	STAT(n, arp_rx);
	if (arp_valid(n, m))
		arp_handle(n, m->port, rte_pktmbuf_mtod(m, const void *));
	rte_pktmbuf_free(m);
}

/*
 * Announcing
 */
static void announce_all(struct net *n)
{
	const struct ix_info *info = &n->sh->info;

	for (unsigned i = 0; i < info->naddrs; i++)
		if (addr_is_v4(&info->addrs[i].ip))
			announce_one(n, (uint16_t)info->addrs[i].dev,
				     &info->addrs[i].ip);
}

static void announce_timer(struct net *n, struct timer *t)
{
	(void)t;
	announce_all(n);
}

void arp_announce(struct net *n)
{
	struct neigh_waits *s = n->neigh;

	announce_all(n);
	s->announce.fn = announce_timer;
	timer_arm(&n->wheel, &s->announce, n->now + ANNOUNCE_INTERVAL);
}
