// SPDX-License-Identifier: MIT
/*
 * tcp_rcvq.c - bytes received in order
 *
 * Received bytes stay in their mbufs until the program gives them back. Many
 * small ones are copied together, so that a slow program does not pin a buffer
 * for each small segment. What is held is bounded in mbufs, for each connection
 * and in its share of the pool.
 */
#include "net/tcp/state/tcp_rcvq.h"

/*
 * May p hold the mbufs of c as well? It may hold its share, but no more than its
 * receive buffer takes where they are packed as badly as can be.
 */
int tcp_rcv_room(const struct net *n, const struct tcp_pcb *p,
		 const struct mchain *c)
{
	uint32_t own = TCP_COALESCE_SEGS +
		       TCP_TRUE_SIZE * p->conf.rcvbuf / c->head->buf_len;

	return tcp_rcv_held(p) + c->segs <=
	       u32_min(own, tcp_rcv_share(n, c->head->pool));
}

static void pop(struct net *n, struct tcp_pcb *p)
{
	mchain_pop(&p->rcv);
	p->rcv_done_off = 0;
	n->tcp->rx_held--;
}

void tcp_rcv_give_back(struct net *n, struct tcp_pcb *p, uint32_t len)
{
	while (len > 0) {
		uint32_t left = p->rcv.head->data_len - p->rcv_done_off;

		if (len < left) {
			p->rcv_done_off += len;
			break;
		}
		len -= left;
		pop(n, p);
	}
}

void tcp_rcv_free(struct net *n, struct tcp_pcb *p)
{
	while (p->rcv.head)
		pop(n, p);
	p->rcv_deliv = NULL;
	p->rcv_undelivered = 0;
}

void tcp_rcv_append(struct net *n, struct tcp_pcb *p, struct mchain *c)
{
	int pack = unlikely(p->rcv.segs >= TCP_COALESCE_SEGS) &&
		   mchain_packs(&p->rcv, c);
	uint32_t packed;

	if (!c->head)
		return;
	if (!p->rcv_undelivered) {
		p->rcv_deliv = pack ? p->rcv.tail : c->head;
		p->rcv_deliv_off = pack ? p->rcv.tail->data_len : 0;
	}
	p->rcv_undelivered += c->len;
	p->rcv_nxt += c->len;
	p->bytes_received += c->len;
	STAT_ADD(n, tcp_rx_bytes, c->len);
	if (pack) {
		packed = mchain_pack(&p->rcv, c);
		n->tcp->rx_held -= packed;
		STAT_ADD(n, tcp_coalesced, packed);
	} else {
		mchain_join(&p->rcv, c);
	}
	tcp_raise(n, p, 0);
}

int tcp_rcv_clone(struct net *to, struct tcp_pcb *q, const struct tcp_pcb *p,
		  struct rte_mempool *pool)
{
	if (mchain_clone(&q->rcv, &p->rcv, p->rcv_done_off, pool) < 0)
		return -ENOBUFS;
	q->rcv_deliv = q->rcv.head;
	q->rcv_undelivered = q->rcv.len;
	to->tcp->rx_held += q->rcv.segs;
	return 0;
}
