// SPDX-License-Identifier: MIT
/*
 * tcp_rcvq.c - bytes received in order, and the window offered for more
 *
 * RFC 9293 3.8.6.2.2 (receiver's silly window syndrome avoidance). Received
 * bytes stay in their mbufs until the program gives them back; until then
 * they count against the window. Many small ones are copied together, so
 * that a slow program does not pin a buffer for each small segment.
 */
#include <string.h>

#include "net/tcp_int.h"

static inline uint32_t queued(const struct tcp_pcb *p)
{
	return p->rcv.len - p->rcv_done_off;
}

/* Is it forbidden to keep one more buffer of m's pool? */
static int short_of_buffers(const struct net *n, const struct rte_mbuf *m)
{
	return n->tcp->rx_held > m->pool->size / 4 * 3;
}

/*
 * The window
 */
uint16_t tcp_rcv_window(struct tcp_pcb *p, int syn)
{
	uint32_t used = queued(p), buf = p->conf.rcvbuf;
	uint32_t edge = p->rcv_nxt + (buf > used ? buf - used : 0);
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
	uint32_t buf = p->conf.rcvbuf;
	uint32_t edge = p->rcv_nxt + buf - u32_min(queued(p), buf);
	uint32_t enough = u32_min(buf / 2, 2u * p->rcv_mss);
	uint32_t plenty = u32_max(buf / 2, 2u * tcp_mss_own(n, p));

	if ((int32_t)(p->rcv_adv - p->rcv_nxt) >= (int32_t)plenty)
		return 0;
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
	if (IN(p, S_CAN_RCV) && !(p->flags & TF_RCV_FIN) && window_news(n, p))
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
	if (!c->head)
		return;
	if (!p->rcv_undelivered) {
		p->rcv_deliv = c->head;
		p->rcv_deliv_off = 0;
	}
	p->rcv_undelivered += c->len;
	p->rcv_nxt += c->len;
	p->bytes_received += c->len;
	STAT_ADD(n, tcp_rx_bytes, c->len);
	mchain_join(&p->rcv, c);
	tcp_raise(n, p, 0);
}

static int writable(const struct rte_mbuf *m)
{
	if (RTE_MBUF_CLONED(m) || rte_mbuf_refcnt_read(m) != 1)
		return 0;
	return !RTE_MBUF_HAS_EXTBUF(m) || RTE_MBUF_HAS_PINNED_EXTBUF(m);
}

/* Copy a small segment behind the last one; 1: done, c is empty. */
static int coalesce(struct net *n, struct tcp_pcb *p, struct mchain *c)
{
	struct rte_mbuf *tail = p->rcv.tail;

	if (likely(p->rcv.segs < TCP_COALESCE_SEGS) || c->segs != 1 ||
	    c->len > rte_pktmbuf_tailroom(tail) || !writable(tail))
		return 0;
	memcpy(rte_pktmbuf_mtod_offset(tail, char *, tail->data_len),
	       rte_pktmbuf_mtod(c->head, char *), c->len);
	if (!p->rcv_undelivered) {
		p->rcv_deliv = tail;
		p->rcv_deliv_off = tail->data_len;
	}
	tail->data_len = (uint16_t)(tail->data_len + c->len);
	p->rcv.len += c->len;
	p->rcv_undelivered += c->len;
	p->rcv_nxt += c->len;
	p->bytes_received += c->len;
	STAT_ADD(n, tcp_rx_bytes, c->len);
	STAT(n, tcp_coalesced);
	mchain_free(c);
	tcp_raise(n, p, 0);
	return 1;
}

/* RFC 9293 3.8.6.3, RFC 5681 4.2: when to acknowledge */
static void ack_policy(struct net *n, struct tcp_pcb *p)
{
	if (p->quickacks || (p->conf.flags & CONF_QUICKACK) ||
	    p->rcv_nxt - p->last_ack_sent >= 2u * p->rcv_mss) {
		if (p->quickacks)
			p->quickacks--;
		tcp_ack_now(n, p);
		return;
	}
	if (p->flags & TF_DELACK)
		return;
	p->flags |= TF_DELACK;
	tcp_timer_set(n, p, TD_DELACK, TCP_DELACK_US);
}

/* Takes c, which begins at rcv_nxt. */
void tcp_rcv_data(struct net *n, struct tcp_pcb *p, struct mchain *c,
		  uint32_t mss)
{
	if (unlikely(short_of_buffers(n, c->head)) && p->rcv.head &&
	    !coalesce(n, p, c)) {
		STAT(n, tcp_drop_mem);
		mchain_free(c);
		tcp_ack_now(n, p);
		return;
	}
	if (unlikely(mss > p->rcv_mss))
		p->rcv_mss = (uint16_t)u32_min(mss, tcp_mss_own(n, p));
	if (c->head && !coalesce(n, p, c)) {
		n->tcp->rx_held += c->segs;
		tcp_rcv_append(n, p, c);
	}
	if (unlikely(p->ooo != NULL)) {
		tcp_ooo_deliver(n, p);
		tcp_ack_now(n, p);
	} else {
		ack_policy(n, p);
	}
}
