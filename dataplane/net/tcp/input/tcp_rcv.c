// SPDX-License-Identifier: MIT
/*
 * tcp_rcv.c - bytes that are next in order: kept, or dropped for want of memory
 */
#include "net/tcp/input/tcp_rcv.h"

#include "net/tcp/output/tcp_delack.h"
#include "net/tcp/state/tcp_ooo.h"
#include "net/tcp/state/tcp_rcvq.h"

/* Bytes out of order yield to those in order. */
static int may_keep(struct net *n, struct tcp_pcb *p, const struct mchain *c)
{
	uint32_t size = c->head->pool->size;

	if (likely(p->rcv.segs < TCP_COALESCE_SEGS &&
		   n->tcp->rx_held <= size / 2))
		return 1;
	if (mchain_packs(&p->rcv, c) && p->rcv.segs >= TCP_COALESCE_SEGS)
		return 1;
	if (tcp_rcv_room(n, p, c) || tcp_ooo_prune(n, p, p->rcv_nxt, c))
		return 1;
	return !p->rcv.head && n->tcp->rx_held < size - size / 16;
}

void tcp_rcv_data(struct net *n, struct tcp_pcb *p, struct mchain *c,
		  const struct tcp_seg *s)
{
	if (unlikely(!may_keep(n, p, c))) {
		STAT(n, tcp_drop_mem);
		mchain_free(c);
		tcp_ack_now(n, p);
		return;
	}
	n->tcp->rx_held += c->segs;
	tcp_rcv_append(n, p, c);
	if (unlikely(p->ooo != NULL)) {
		tcp_ooo_deliver(n, p);
		tcp_ack_now(n, p);
	} else {
		tcp_delack_data(n, p, s);
	}
}
