// SPDX-License-Identifier: MIT
/*
 * tcp_rcvq.c - bytes received in order, and the window offered for more
 *
 * RFC 9293 3.8.6.2.2 (receiver's silly window syndrome avoidance). Received
 * bytes stay in their mbufs until the program gives them back; until then
 * they count against the window. Many small ones are copied together, so
 * that a slow program does not pin a buffer for each small segment. What is
 * held is bounded in mbufs, for each connection and in its share of the pool.
 */
#include "net/tcp_int.h"

static inline uint32_t queued(const struct tcp_pcb *p)
{
	return p->rcv.len - p->rcv_done_off;
}

static inline uint32_t held(const struct tcp_pcb *p)
{
	return p->rcv.segs + (p->ooo ? p->ooo->segs : 0);
}

/*
 * How many mbufs may one connection hold? An eighth of what is left of three
 * quarters of the pool: a few cannot take what all need, and the last quarter is
 * for the first segment of each.
 */
static inline uint32_t share(const struct net *n,
			     const struct rte_mempool *pool)
{
	uint32_t usable = pool->size / 4 * 3;

	return (usable - u32_min(n->tcp->rx_held, usable)) / TCP_POOL_SHARE;
}

/*
 * May p hold the mbufs of c as well? It may hold its share, but no more than its
 * receive buffer takes where they are packed as badly as can be.
 */
int tcp_rcv_room(const struct net *n, const struct tcp_pcb *p,
		 const struct mchain *c)
{
	uint32_t own = TCP_COALESCE_SEGS +
		       TCP_TRUE_SIZE * p->conf.rcvbuf / c->head->buf_len;

	return held(p) + c->segs <= u32_min(own, share(n, c->head->pool));
}

/* How many bytes may still come: what the buffer has room for, and memory for
 * segments like those that have come. What is offered is kept, nearly always. */
static uint32_t room(const struct net *n, const struct tcp_pcb *p)
{
	uint32_t used = queued(p), buf = p->conf.rcvbuf;
	uint32_t may = share(n, n->pool), has = held(p);
	uint32_t each = u32_min(p->rcv_mss, n->pool->elt_size);
	uint64_t memory = may > has ? (uint64_t)(may - has) * each : 0;

	if (buf <= used)
		return 0;
	return memory < buf - used ? (uint32_t)memory : buf - used;
}

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

/*
 * The window
 */
uint16_t tcp_rcv_window(const struct net *n, struct tcp_pcb *p, int syn)
{
	uint32_t edge = p->rcv_nxt + room(n, p), buf = p->conf.rcvbuf;
	uint32_t max = 65535, wnd, shift = 0;

	if (!syn) {
		shift = p->rcv_wscale;
		/* never pull the edge back, never push it a little */
		if ((int32_t)(edge - p->rcv_adv) <
		    (int32_t)u32_min(buf / 2, p->rcv_mss))
			edge = p->rcv_adv;
	}
	if (seq_leq(edge, p->rcv_nxt))
		return 0;
	wnd = u32_min((edge - p->rcv_nxt) >> shift, max);
	p->rcv_adv = seq_max(p->rcv_adv, p->rcv_nxt + (wnd << shift));
	return (uint16_t)wnd;
}

/* Has the window grown so much that the peer should be told? Not while it has
 * plenty: its next segments are answered anyway. */
static int window_news(const struct net *n, const struct tcp_pcb *p)
{
	uint32_t buf = p->conf.rcvbuf, edge;
	uint32_t enough = u32_min(buf / 2, 2u * p->rcv_mss);
	uint32_t plenty = u32_max(buf / 2, 2u * tcp_mss_own(n, p));

	if ((int32_t)(p->rcv_adv - p->rcv_nxt) >= (int32_t)plenty)
		return 0;
	edge = p->rcv_nxt + room(n, p);
	return (int32_t)(edge - p->rcv_adv) >= (int32_t)enough;
}

/* Double the buffer while half of it is given back each round trip. */
static void tune(const struct net *n, struct tcp_pcb *p, uint32_t len)
{
	struct tcp_conf *c = &p->conf;
	uint32_t now = tcp_tick(n);

	if ((c->flags & CONF_RCVBUF) || c->rcvbuf >= TCP_RCVBUF_MAX)
		return;
	if (now - p->tune_tick > tcp_us_to_ticks(p->srtt >> 3) + 1) {
		p->tune_tick = now;
		p->tune_bytes = 0;
	}
	p->tune_bytes += len;
	if (p->tune_bytes < c->rcvbuf / 2 ||
	    n->tcp->rx_held > n->pool->size / 2)
		return;
	c->rcvbuf *= 2;
	p->tune_bytes = 0;
}

/*
 * The queue
 */
static void pop(struct net *n, struct tcp_pcb *p)
{
	mchain_pop(&p->rcv);
	p->rcv_done_off = 0;
	n->tcp->rx_held--;
}

/* len of the bytes delivered are given back. */
void tcp_rcv_done(struct net *n, struct tcp_pcb *p, uint32_t len)
{
	tune(n, p, len);
	while (len > 0) {
		uint32_t left = p->rcv.head->data_len - p->rcv_done_off;

		if (len < left) {
			p->rcv_done_off += len;
			break;
		}
		len -= left;
		pop(n, p);
	}
	if (IN(p, S_CAN_RCV) && !(p->flags & TF_RCV_FIN) &&
	    (tcp_delack_read(p) || window_news(n, p)))
		tcp_ack_now(n, p);
}

void tcp_rcv_free(struct net *n, struct tcp_pcb *p)
{
	while (p->rcv.head)
		pop(n, p);
	p->rcv_deliv = NULL;
	p->rcv_undelivered = 0;
}

/* The next sequence numbers; buffers are counted in rx_held already. */
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

/* Takes c, which begins at rcv_nxt. */
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
