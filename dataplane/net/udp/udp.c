// SPDX-License-Identifier: MIT
/*
 * udp.c - UDP: datagrams received, events (RFC 768, RFC 1122 4.1)
 *
 * A port's datagrams form one list: first those delivered to the program and
 * not given back, then those it has not seen. Omitted: UDP-Lite, multicast.
 */
#include "net/udp/udp.h"

#include <errno.h>
#include <netinet/in.h>
#include <rte_ip.h>
#include <rte_udp.h>
#include <string.h>

#include "mem/uaccess.h"
#include "net/common/mbuf.h"
#include "net/flow/flow.h"
#include "net/ip/icmp.h"
#include "net/ip/ip_deliver.h"
#include "net/udp/udp_dgram.h"
#include "net/udp/udp_error.h"
#include "net/udp/udp_port.h"

#define HEADER sizeof(struct rte_udp_hdr)

/* What a datagram costs of RCVBUF. */
static uint32_t charge(const struct rte_mbuf *m)
{
	return m->pkt_len + m->nb_segs * UDP_OVERHEAD;
}

/* Programs count on it that an empty buffer takes any one datagram. */
static int has_room(const struct udp_pcb *p, uint32_t cost)
{
	return p->queued == 0 || p->queued + cost <= p->rcvbuf;
}

static void no_room(struct udp_pcb *p, struct rte_mbuf *m, uint64_t *counter)
{
	p->dropped++;
	mbuf_drop(m, counter);
}

/* Those that were dropped before, as far as the event can say. */
static uint16_t take_dropped(struct udp_pcb *p)
{
	uint16_t n = (uint16_t)RTE_MIN(p->dropped, (uint32_t)UINT16_MAX);

	p->dropped -= n;
	return n;
}

/* m's data begins at the payload. Takes m over. */
static void enqueue(struct net *n, struct udp_pcb *p, struct rte_mbuf *m,
		    const struct ip_rx *rx, uint16_t rport)
{
	struct udp *u = n->udp;
	struct udp_dgram *d;

	if (!has_room(p, charge(m))) {
		no_room(p, m, &n->stats.udp_drop_rcvbuf);
		return;
	}
	d = udp_dgram_take(u, m->nb_segs);
	if (!d) {
		no_room(p, m, &n->stats.udp_drop_held);
		return;
	}
	*d = (struct udp_dgram){ .m = m,
				 .at = n->now,
				 .src = rx->src,
				 .rport = rport,
				 .local = rx->local,
				 .tos = rx->tos,
				 .ttl = rx->ttl,
				 .dropped = take_dropped(p),
				 .cost = charge(m) };
	p->queued += d->cost;
	if (p->last)
		p->last->next = d;
	else
		p->first = d;
	p->last = d;
	if (!p->unseen)
		p->unseen = d;
	udp_make_ready(u, p);
}

/* A broadcast goes to every port that is bound to any address. */
static int broadcast(struct net *n, struct rte_mbuf *m, const struct ip_rx *rx,
		     uint16_t rport, uint16_t lport)
{
	struct udp_pcb *p, *first = NULL;
	struct rte_mbuf *copy;

	LIST_FOREACH(p, udp_bucket(n->udp, lport), hash) {
		if (p->lport != lport || !addr_is_any(&p->lip))
			continue;
		if (!first) {
			first = p;
			continue;
		}
		copy = rte_pktmbuf_copy(m, n->pool, 0, UINT32_MAX);
		if (copy)
			enqueue(n, p, copy, rx, rport);
		else
			STAT(n, nobuf);
	}
	if (first)
		enqueue(n, first, m, rx, rport);
	else
		mbuf_drop(m, &n->stats.udp_drop_port);
	return 0;
}

/* All ports of one number are on one elastic thread. */
static int elsewhere(struct net *n, struct rte_mbuf *m, const struct ip_rx *rx,
		     uint16_t lport)
{
	uint32_t owner = flow_udp(n->sh->flow, lport);

	if (!owner || owner - 1 == n->id || n->flow_flags)
		return 0;
	flow_send(n, owner - 1, FLOW_L4, 0, rx, m);
	return 1;
}

int udp_input(struct net *n, struct rte_mbuf *m, const struct ip_rx *rx)
{
	const struct rte_udp_hdr *h = rte_pktmbuf_mtod(m, const void *);
	uint16_t rport = rte_be_to_cpu_16(h->src_port);
	uint16_t lport = rte_be_to_cpu_16(h->dst_port);
	struct udp_pcb *p;

	STAT(n, udp_rx);
	if (unlikely(!ip_is_unicast(n->sh, &rx->dst))) {
		if (n->sh->flow && elsewhere(n, m, rx, lport))
			return 0;
		mbuf_adj(m, HEADER);
		return broadcast(n, m, rx, rport, lport);
	}
	p = udp_lookup(n->udp, &rx->dst, lport, &rx->src, rport);
	if (p && !ip_in_scope(n->sh, p->scope, rx))
		p = NULL;
	if (unlikely(!p)) {
		if (n->sh->flow && elsewhere(n, m, rx, lport))
			return 0;
		STAT(n, udp_drop_port);
		return -ECONNREFUSED;
	}
	mbuf_adj(m, HEADER);
	enqueue(n, p, m, rx, rport);
	return 0;
}

/* The length that UDP says may be less than that of IP. */
void udp_receive(struct net *n, struct rte_mbuf *m, const struct ip_rx *rx)
{
	const struct rte_udp_hdr *udp = rte_pktmbuf_mtod(m, const void *);
	uint16_t len = rte_be_to_cpu_16(udp->dgram_len);

	if (len < sizeof(*udp) || len > m->pkt_len) {
		mbuf_drop(m, &n->stats.udp_drop_len);
		return;
	}
	if (unlikely(len < m->pkt_len))
		mbuf_trim_to(m, len);
	if (!ip_l4_cksum_ok(m, rx))
		mbuf_drop(m, &n->stats.ip_drop_l4_cksum);
	else if (udp_input(n, m, rx) < 0)
		icmp_refuse(n, m, rx, ICMP_UNREACH_PORT);
}

uint32_t udp_where(struct net *n, const struct ix_addr *lip, uint16_t lport,
		   const struct ix_addr *rip, uint16_t rport)
{
	uint32_t owner = flow_udp(n->sh->flow, lport);

	(void)lip;
	(void)rip;
	(void)rport;
	return owner ? owner - 1 : n->id;
}

/*
 * Events: made in memory of ours and copied out, for the program can write
 * where they go to
 */

/* The next piece of the first unseen datagram; true: its last. */
static int recv_event(struct ix_event *to, struct udp_pcb *p)
{
	struct ix_event ev = udp_event(p, IX_EV_UDP_RECV);
	const struct udp_dgram *d = p->unseen;
	struct rte_mbuf *seg = p->piece ? p->piece : d->m;

	/* a fragment may have left nothing but headers in an mbuf */
	while (seg->next && seg->data_len == 0)
		seg = seg->next;
	ev.data = (uint64_t)rte_pktmbuf_mtod(seg, uintptr_t);
	ev.len = seg->data_len;
	ev.ip = d->src;
	ev.rport = d->rport;
	ev.lip = d->local;
	ev.err = p->piece ? 0 : d->dropped;
	ev.window = (uint32_t)(d->at >> 10);
	ev.detail = (uint32_t)d->ttl << 16 | (uint32_t)d->tos << 8 |
		    (seg->next ? IX_UDP_RECV_MORE : 0);
	uaccess_copy(to, &ev, sizeof(ev));
	p->piece = seg->next;
	return !seg->next;
}

/* Events of one port; true: it has no more. */
static int pcb_events(struct udp *u, struct udp_pcb *p, struct ix_event *ev,
		      unsigned room, unsigned *k)
{
	*k += udp_error_events(u, p, &ev[*k], room - *k);
	while (p->unseen && *k < room) {
		if (!recv_event(&ev[(*k)++], p))
			continue;
		p->unseen = p->unseen->next;
		p->delivered++;
	}
	return !p->unseen && !p->err && !p->err_first;
}

unsigned udp_events(struct net *n, struct ix_event *ev, unsigned room,
		    uint32_t *more)
{
	struct udp *u = n->udp;
	struct udp_pcb *p;
	unsigned k = 0;

	udp_dgrams_free(u, u->told);
	u->told = NULL;
	while (k < room && (p = TAILQ_FIRST(&u->ready))) {
		TAILQ_REMOVE(&u->ready, p, ready);
		p->is_ready = 0;
		if (!pcb_events(u, p, ev, room, &k))
			udp_make_ready(u, p); /* at the end: in turn */
	}
	*more = !TAILQ_EMPTY(&u->ready);
	return k;
}

int udp_events_due(const struct net *n)
{
	return !TAILQ_EMPTY(&n->udp->ready);
}

int udp_call_recv_done(struct net *n, ix_handle_t h, uint32_t ndatagrams)
{
	struct udp_pcb *p = udp_pcb(n->udp, h);

	if (!p)
		return -EBADF;
	if (ndatagrams > p->delivered)
		return -EINVAL;
	p->delivered -= ndatagrams;
	while (ndatagrams--) {
		struct udp_dgram *d = p->first;

		p->first = d->next;
		if (!p->first)
			p->last = NULL;
		p->queued -= d->cost;
		udp_dgram_free(n->udp, d);
	}
	return 0;
}
