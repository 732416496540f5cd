// SPDX-License-Identifier: MIT
/*
 * tcp_window.c - the window that is offered to the peer
 *
 * RFC 9293 3.8.6.2.2 (receiver's silly window syndrome avoidance). What the
 * program has not given back counts against the window.
 */
#include "net/tcp/output/tcp_window.h"

#include "net/tcp/output/tcp_delack.h"
#include "net/tcp/state/tcp_mss.h"
#include "net/tcp/state/tcp_rcvq.h"

/* How many bytes may still come: what the buffer has room for, and memory for
 * segments like those that have come. What is offered is kept, nearly always. */
static uint32_t room(const struct net *n, const struct tcp_pcb *p)
{
	uint32_t used = tcp_rcv_queued(p), buf = p->conf.rcvbuf;
	uint32_t may = tcp_rcv_share(n, n->pool), has = tcp_rcv_held(p);
	uint32_t each = u32_min(p->rcv_mss, n->pool->elt_size);
	uint64_t memory = may > has ? (uint64_t)(may - has) * each : 0;

	if (buf <= used)
		return 0;
	return memory < buf - used ? (uint32_t)memory : buf - used;
}

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

void tcp_rcv_done(struct net *n, struct tcp_pcb *p, uint32_t len)
{
	tune(n, p, len);
	tcp_rcv_give_back(n, p, len);
	if (tcp_in(p, TCPS_CAN_RCV) && !(p->flags & TF_RCV_FIN) &&
	    (tcp_delack_read(p) || window_news(n, p)))
		tcp_ack_now(n, p);
}
