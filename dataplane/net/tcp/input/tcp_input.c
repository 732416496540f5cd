// SPDX-License-Identifier: MIT
/*
 * tcp_input.c - a segment arrives: whose it is, and the fast path
 *
 * RFC 9293 3.10.7.1 (no connection). The steps of the RFC are in
 * tcp_segment.c, LISTEN in tcp_listen.c, SYN-SENT in tcp_synsent.c, TIME-WAIT
 * in tcp_timewait.c.
 */
#include "net/flow/flow.h"
#include "net/tcp/input/tcp_ack.h"
#include "net/tcp/input/tcp_flow.h"
#include "net/tcp/input/tcp_listen.h"
#include "net/tcp/input/tcp_rcv.h"
#include "net/tcp/input/tcp_segment.h"
#include "net/tcp/input/tcp_timewait.h"
#include "net/tcp/output/tcp_guard.h"
#include "net/tcp/output/tcp_opts.h"
#include "net/tcp/output/tcp_reset.h"
#include "net/tcp/state/tcp_hash.h"
#include "net/tcp/state/tcp_listener.h"
#include "net/tcp/tcp.h"

/* Read the header; 0, or -1 where it is not whole. */
static int parse(struct net *n, struct rte_mbuf *m, struct tcp_seg *s)
{
	const struct rte_tcp_hdr *th;
	unsigned hdr;

	if (unlikely(m->data_len < TCP_HDR))
		goto bad;
	th = rte_pktmbuf_mtod(m, const struct rte_tcp_hdr *);
	hdr = (unsigned)(th->data_off >> 4) * 4;
	if (unlikely(hdr < TCP_HDR || hdr > m->data_len))
		goto bad;
	s->sport = rte_be_to_cpu_16(th->src_port);
	s->dport = rte_be_to_cpu_16(th->dst_port);
	s->seq = rte_be_to_cpu_32(th->sent_seq);
	s->ack = rte_be_to_cpu_32(th->recv_ack);
	s->wnd = rte_be_to_cpu_16(th->rx_win);
	s->flags = th->tcp_flags & 0x3f;
	s->hdr = (uint8_t)hdr;
	s->len = m->pkt_len - hdr;
	s->mss = s->len;
	if (m->ol_flags & RTE_MBUF_F_RX_LRO) {
		STAT(n, tcp_gro);
		s->mss = m->tso_segsz;
	}
	s->o.has = 0;
	s->o.nsack = 0;
	if (hdr != TCP_HDR + TCP_TS_LEN ||
	    !tcp_opts_fast((const uint8_t *)(th + 1), &s->o))
		tcp_opts_parse((const uint8_t *)(th + 1), hdr - TCP_HDR, &s->o);
	rte_pktmbuf_adj(m, (uint16_t)hdr);
	return 0;
bad:
	STAT(n, tcp_drop_short);
	return -1;
}

/*
 * In-order data, or an acknowledgement of new data, in ESTABLISHED, with
 * nothing else going on. 0: not so, and nothing has been changed.
 */
static int fast_path(struct net *n, struct tcp_pcb *p, struct tcp_seg *s)
{
	struct tcp_ackinfo a = { .flight = tcp_flight(p) };
	struct mchain c;

	if (p->state != TCPS_ESTABLISHED || s->seq != p->rcv_nxt ||
	    (s->flags & ~TH_PSH) != TH_ACK || s->o.nsack)
		return 0;
	if (p->ca_state != CA_OPEN || p->dupacks || p->sb || p->ooo ||
	    (p->flags & (TF_FIN_OOO | TF_TLP | TF_GUARDED | TF_URGENT)))
		return 0;
	if (s->ack - p->snd_una > a.flight ||
	    (int32_t)(p->rcv_adv - p->rcv_nxt) < (int32_t)s->len)
		return 0;
	if (s->ack == p->snd_una &&
	    (s->len == 0 || s->wnd << p->snd_wscale != p->snd_wnd))
		return 0;
	if ((p->flags & TF_TS) &&
	    (!(s->o.has & TO_TS) || seq_lt(s->o.tsval, p->ts_recent)))
		return 0;

	STAT(n, tcp_fast);
	tcp_ts_update(n, p, s);
	p->last_rcv = tcp_tick(n);
	if (s->ack != p->snd_una)
		tcp_ack_advance(n, p, s, &a);
	tcp_window_update(n, p, s);
	if (s->len == 0)
		return 1;
	mchain_from(&c, s->m);
	s->m = NULL;
	tcp_rcv_data(n, p, &c, s);
	return 1;
}

/* RFC 9293 3.10.7.1: no connection */
static __rte_noinline void no_pcb(struct net *n, struct tcp_seg *s)
{
	uint32_t hash = tcp_tuple_hash(n->tcp, &s->rx->dst, s->dport,
				       &s->rx->src, s->sport);
	struct tcp_listener *l;
	struct tcp_pcb *p;

	if (n->sh->flow && tcp_elsewhere(n, s))
		return;
	l = tcp_listener_for(n, s, hash);
	if (l) {
		p = tcp_listen_input(n, l, s, 0);
		if (p)
			tcp_segment(n, p, s);
	} else if (s->flags & TH_RST) {
		STAT(n, tcp_drop_noport_rst);
	} else {
		STAT(n, tcp_drop_noport);
		tcp_reset_reply(n, s);
	}
}

static __rte_noinline void moved(struct net *n, struct tcp_pcb *p,
				 struct tcp_seg *s)
{
	if (!tcp_moved_input(n, p, s))
		no_pcb(n, s);
}

static void slow_path(struct net *n, struct tcp_pcb *p, struct tcp_seg *s)
{
	if (p->state == TCPS_TIME_WAIT)
		tcp_timewait_input(n, p, s);
	else if (unlikely(p->state == TCPS_MOVED))
		moved(n, p, s);
	else
		tcp_segment(n, p, s);
}

/* For whom it is out of scope there is no such connection. */
static __rte_noinline void guarded(struct net *n, struct tcp_pcb *p,
				   struct tcp_seg *s)
{
	if (!ip_in_scope(n->sh, p->conf.scope, s->rx))
		no_pcb(n, s);
	else if (tcp_admits(n, &p->conf, s->rx))
		slow_path(n, p, s);
}

void tcp_input(struct net *n, struct rte_mbuf *m, const struct ip_rx *rx)
{
	struct tcp_seg s;
	struct tcp_pcb *p;

	STAT(n, tcp_rx);
	if (unlikely(parse(n, m, &s) < 0)) {
		rte_pktmbuf_free(m);
		return;
	}
	s.m = m;
	s.rx = rx;
	p = tcp_hash_find(n->tcp, &rx->dst, s.dport, &rx->src, s.sport);
	if (likely(p)) {
		p->segs_in++;
		p->data_segs_in += s.len != 0;
	}
	if (unlikely(!p))
		no_pcb(n, &s);
	else if (likely(fast_path(n, p, &s)))
		;
	else if (unlikely(p->flags & TF_GUARDED))
		guarded(n, p, &s);
	else
		slow_path(n, p, &s);
	if (s.m)
		rte_pktmbuf_free(s.m);
}
