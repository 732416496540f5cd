// SPDX-License-Identifier: MIT
/*
 * udp_error.c - UDP: errors that peers and routers report (RFC 1122 4.1.3.3)
 *
 * One error waits for the program at a time, as SO_ERROR holds one. A port with
 * IX_OPT_RECVERR has all of them, with what they quote, as IP_RECVERR tells.
 */
#include "net/udp/udp_error.h"

#include <errno.h>
#include <rte_udp.h>
#include <string.h>

#include "mem/uaccess.h"
#include "net/common/mbuf.h"
#include "net/udp/udp_dgram.h"
#include "net/udp/udp_port.h"

#define HEADER sizeof(struct rte_udp_hdr)
#define MTU_MIN 552 /* a path is not believed to be narrower: as Linux */

/* The error and the payload that was quoted, in an mbuf of its own. */
static struct rte_mbuf *describe(struct net *n, const struct ip_error *e)
{
	struct ix_udp_error what = { .from = e->from,
				     .mtu = e->mtu,
				     .type = e->type,
				     .code = e->code,
				     .ttl = e->ttl,
				     .tos = e->tos };
	size_t len = e->l4_len > HEADER ? e->l4_len - HEADER : 0;
	struct rte_mbuf *m = net_alloc(n);

	if (!m)
		return NULL;
	if (addr_is_any(&e->from)) /* nobody else says it */
		what.from = e->src;
	memcpy(rte_pktmbuf_append(m, sizeof(what)), &what, sizeof(what));
	len = RTE_MIN(len, (size_t)rte_pktmbuf_tailroom(m));
	memcpy(rte_pktmbuf_append(m, (uint16_t)len), e->l4 + HEADER, len);
	return m;
}

static int queue(struct net *n, struct udp_pcb *p, const struct ip_error *e,
		 uint16_t rport)
{
	struct rte_mbuf *m;
	struct udp_dgram *d;
	uint8_t local;

	if (p->nerrs == UDP_ERRORS_MAX)
		return 0;
	m = describe(n, e);
	d = m ? udp_dgram_take(n->udp, 1) : NULL;
	if (!d) {
		rte_pktmbuf_free(m);
		return 0;
	}
	ip4_classify(n->sh, addr_v4(&e->src), &local);
	*d = (struct udp_dgram){ .m = m,
				 .src = e->dst,
				 .rport = rport,
				 .local = local,
				 .err = (uint16_t)e->err };
	if (p->err_last)
		p->err_last->next = d;
	else
		p->err_first = d;
	p->err_last = d;
	p->nerrs++;
	return 1;
}

/* Keep it for SO_ERROR, if it is of those that end an exchange: that no
 * neighbour answers is none, as in Linux. */
static int remember(struct udp_pcb *p, const struct ip_error *e, uint16_t rport)
{
	if (!((e->mtu && p->df) || (e->hard && !addr_is_any(&e->from))) ||
	    p->err)
		return 0;
	p->err = (uint16_t)e->err;
	p->err_ip = e->dst;
	p->err_port = rport;
	return 1;
}

/* Routers have a word to say to those alone who set DF; nothing else tells
 * theirs from a stranger's. */
static void learn_mtu(struct udp_pcb *p, const struct ip_error *e)
{
	uint16_t mtu = (uint16_t)RTE_MAX(e->mtu, MTU_MIN);

	if (p->df && e->mtu && addr_equal(&p->path.dst, &e->dst) &&
	    (!p->path.mtu || mtu < p->path.mtu))
		p->path.mtu = mtu;
}

void udp_error(struct net *n, const struct ip_error *e)
{
	const struct rte_udp_hdr *h = (const void *)e->l4;
	uint16_t lport = rte_be_to_cpu_16(h->src_port);
	uint16_t rport = rte_be_to_cpu_16(h->dst_port);
	struct udp_pcb *p;

	p = udp_lookup(n->udp, &e->src, lport, &e->dst, rport);
	if (p)
		learn_mtu(p, e);
	if (!p ||
	    !(p->recverr ? queue(n, p, e, rport) : remember(p, e, rport))) {
		STAT(n, udp_errors_lost);
		return;
	}
	STAT(n, udp_errors);
	udp_make_ready(n->udp, p);
}

static void plain_event(struct ix_event *to, struct udp_pcb *p)
{
	struct ix_event ev = udp_event(p, IX_EV_UDP_SENT);

	ev.err = p->err;
	ev.ip = p->err_ip;
	ev.rport = p->err_port;
	uaccess_copy(to, &ev, sizeof(ev));
	p->err = 0;
}

static void full_event(struct udp *u, struct ix_event *to, struct udp_pcb *p)
{
	struct ix_event ev = udp_event(p, IX_EV_UDP_SENT);
	struct udp_dgram *d = p->err_first;

	ev.err = d->err;
	ev.ip = d->src;
	ev.rport = d->rport;
	ev.lip = d->local;
	ev.data = (uint64_t)rte_pktmbuf_mtod(d->m, uintptr_t);
	ev.len = d->m->data_len;
	uaccess_copy(to, &ev, sizeof(ev));
	p->err_first = d->next;
	if (!p->err_first)
		p->err_last = NULL;
	p->nerrs--;
	d->next = u->told;
	u->told = d;
}

unsigned udp_error_events(struct udp *u, struct udp_pcb *p, struct ix_event *ev,
			  unsigned room)
{
	unsigned k = 0;

	if (p->err && k < room)
		plain_event(&ev[k++], p);
	while (p->err_first && k < room)
		full_event(u, &ev[k++], p);
	return k;
}
