// SPDX-License-Identifier: MIT
/*
 * flow_input.c - what other elastic threads have handed over
 *
 * It is as good as received: what could be checked has been.
 */
#include "net/flow_input.h"

#include <netinet/in.h>

#include "net/eth/eth.h"
#include "net/flow/flow.h"
#include "net/ip/icmp.h"
#include "net/ip/ip4_input.h"
#include "net/tcp/tcp.h"
#include "net/udp/udp.h"

/* The record's bytes in mbufs of ours, or NULL. */
static struct rte_mbuf *copy_in(struct net *n, struct rte_mempool *pool,
				const struct flow_rec *rec)
{
	struct rte_mbuf *first = rte_pktmbuf_alloc(pool), *m = first;
	uint32_t done = 0, part;

	while (m) {
		if (rec->kind == FLOW_FRAME)
			m->data_off = NET_HEADROOM;
		part = RTE_MIN(rec->len - done,
			       (uint32_t)rte_pktmbuf_tailroom(m));
		rte_memcpy(rte_pktmbuf_mtod(m, void *), rec->data + done, part);
		m->data_len = (uint16_t)part;
		done += part;
		if (done == rec->len)
			break;
		m->next = rte_pktmbuf_alloc(pool);
		m = m->next;
		first->nb_segs++;
	}
	if (likely(m)) {
		first->pkt_len = done;
		first->port = rec->port;
		return first;
	}
	STAT(n, nobuf);
	if (first)
		first->nb_segs--;
	rte_pktmbuf_free(first);
	return NULL;
}

static void l4_input(struct net *n, struct rte_mbuf *m, const struct ip_rx *rx)
{
	if (rx->proto == IPPROTO_TCP)
		tcp_input(n, m, rx);
	else if (rx->proto == IPPROTO_ICMP)
		icmp_input(n, m, rx);
	else if (udp_input(n, m, rx) < 0) /* closed a moment ago */
		rte_pktmbuf_free(m);
}

static void packet(struct net *n, struct rte_mempool *pool,
		   const struct flow_rec *rec)
{
	struct rte_mbuf *m =
		copy_in(n, rec->kind == FLOW_FRAME ? n->pool : pool, rec);

	if (!m)
		return;
	if (rec->kind == FLOW_L4) {
		l4_input(n, m, &rec->rx);
	} else if (rec->kind == FLOW_IP) {
		/* the datagram is received here: its port may be elsewhere */
		n->flow_flags = 0;
		ip4_input(n, m, rec->flags & FLOW_LOOPED);
	} else {
		m->ol_flags |= rec->tx.flags;
		m->tx_offload = rec->tx.offload;
		eth_queue(n, m, rec->port);
	}
}

unsigned flow_input(struct net *n, struct rte_mempool *pool, uint32_t from,
		    unsigned budget)
{
	struct flow_ring *r = n->sh->flow->ring[n->id][from];
	const struct flow_rec *rec;
	unsigned done;

	for (done = 0; done < budget && (rec = flow_next(r)); done++) {
		STAT(n, flow_rx);
		n->flow_flags = rec->flags;
		n->flow_from = (uint8_t)from;
		if (rec->kind == FLOW_END)
			tcp_flow_ended(n, &rec->rx, rec->sport, rec->dport);
		else
			packet(n, pool, rec);
		flow_done(r, rec);
	}
	n->flow_flags = 0;
	return done;
}
