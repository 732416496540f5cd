// SPDX-License-Identifier: MIT
/*
 * tcp_ack.c - acknowledgements of what we sent, round-trip time
 *
 * RFC 9293 3.10.7.4 fifth, RFC 5961 5 (range of ACK), RFC 6298 (RTO), RFC 7323
 * 4 (RTTM). The round trip is timed on one segment at a time, in ns; the
 * timestamps, which are coarser, serve while retransmitted bytes are out.
 */
#include "net/tcp_int.h"

/* RFC 6298 2; as Linux, the variance counts for at least the least RTO. */
static void tcp_rtt_sample(struct tcp_pcb *p, uint64_t us)
{
	uint32_t r = us > 60 * TCP_US_PER_S ? 60 * TCP_US_PER_S : (uint32_t)us;
	int32_t err;

	if (r == 0)
		r = 1;
	if (p->srtt == 0) {
		p->srtt = r << 3;
		p->rttvar = r << 1;
	} else {
		err = (int32_t)(r - (p->srtt >> 3));
		p->srtt = (uint32_t)((int32_t)p->srtt + err);
		if (err < 0)
			err = -err;
		err -= (int32_t)(p->rttvar >> 2);
		p->rttvar = (uint32_t)((int32_t)p->rttvar + err);
	}
	if (p->srtt == 0)
		p->srtt = 1;
	p->rto_us = u32_min((p->srtt >> 3) + u32_max(p->rttvar, TCP_RTO_MIN),
			    TCP_RTO_MAX);
	p->backoff = 0;
}

/* The segment that is being timed has arrived. */
void tcp_rtt_end(const struct net *n, struct tcp_pcb *p)
{
	uint32_t units = (uint32_t)(n->now >> 10) - p->rtt_start;

	p->flags &= ~(uint32_t)TF_RTT;
	tcp_rtt_sample(p, (uint64_t)units * 1024 / 1000);
}

/* Time the segment that ends at seq. */
void tcp_rtt_begin(const struct net *n, struct tcp_pcb *p, uint32_t seq)
{
	p->flags |= TF_RTT;
	p->rtt_seq = seq;
	p->rtt_start = (uint32_t)(n->now >> 10);
}

static void rtt_update(const struct net *n, struct tcp_pcb *p,
		       const struct tcp_seg *s)
{
	uint32_t ticks;

	if (p->flags & TF_RTT) {
		if (seq_lt(s->ack, p->rtt_seq))
			return;
		tcp_rtt_end(n, p);
		return;
	}
	if (!(s->o.has & TO_TS) || !s->o.tsecr ||
	    (p->ca_state == CA_OPEN && !p->backoff))
		return;
	ticks = tcp_tick(n) + p->ts_off - s->o.tsecr;
	if (ticks < tcp_us_to_ticks(60 * TCP_US_PER_S))
		tcp_rtt_sample(p, (((uint64_t)ticks + 1) << TIMER_TICK_SHIFT) /
					  1000);
}

/* Grow the send queue's bound with the window it has to fill. */
static void tune(struct tcp_pcb *p)
{
	struct tcp_conf *c = &p->conf;

	if (p->cwnd > c->sndbuf / 2 && c->sndbuf < TCP_SNDBUF_MAX &&
	    !(c->flags & CONF_SNDBUF))
		c->sndbuf = u32_min(2 * p->cwnd, TCP_SNDBUF_MAX);
}

/* SND.UNA < SEG.ACK =< SND.NXT: bytes, or our FIN, have arrived. */
void tcp_ack_advance(struct net *n, struct tcp_pcb *p, const struct tcp_seg *s,
		     struct tcp_ackinfo *a)
{
	uint32_t bytes;

	a->acked = s->ack - p->snd_una;
	bytes = u32_min(s->ack - p->sq_seq, p->sq_len);
	if ((p->flags & TF_FIN_SENT) && s->ack == p->snd_nxt)
		p->flags |= TF_FIN_ACKED;
	rtt_update(n, p, s);
	p->snd_una = s->ack;
	p->una_since = tcp_tick(n);
	p->soft_err = 0;
	tcp_sq_ack(n, p, bytes);
	p->bytes_acked += bytes;
	if (p->ca_state == CA_OPEN)
		tcp_cc_ack(n, p, a);
	tune(p);
	tcp_rtx_arm(n, p, 1);
	if (bytes) {
		p->sent_bytes += bytes;
		tcp_raise(n, p, TE_SENT);
		if (unlikely(p->flags & TF_CLOSED) && !p->sq_len)
			tcp_tell_dead(n, p, 0);
	}
	if (tcp_unsent(p) || (p->flags & (TF_FIN | TF_FIN_SENT)) == TF_FIN)
		tcp_want_output(n, p);
	if (p->flags & TF_LINGER)
		tcp_linger_update(n, p);
}

/* RFC 9293: SND.WL1 and SND.WL2 keep old segments from setting it. */
void tcp_window_update(struct net *n, struct tcp_pcb *p,
		       const struct tcp_seg *s)
{
	uint32_t wnd = s->wnd << p->snd_wscale;

	if (seq_lt(s->seq, p->snd_wl1) ||
	    (s->seq == p->snd_wl1 && seq_lt(s->ack, p->snd_wl2)))
		return;
	p->snd_wl1 = s->seq;
	p->snd_wl2 = s->ack;
	if (wnd == p->snd_wnd)
		return;
	if (wnd > p->snd_wnd && tcp_unsent(p))
		tcp_want_output(n, p);
	if (p->rtx_mode == RTX_PERSIST && wnd > p->snd_wnd) {
		p->backoff = 0;
		tcp_timer_clear(p, TD_RTX);
	}
	p->snd_wnd = wnd;
	p->max_wnd = u32_max(p->max_wnd, wnd);
}

/* RFC 5681 2: a duplicate acknowledgement */
static int is_dup(const struct tcp_pcb *p, const struct tcp_seg *s,
		  const struct tcp_ackinfo *a)
{
	if (s->ack != p->snd_una || !a->flight || s->len ||
	    s->flags & (TH_SYN | TH_FIN))
		return 0;
	return a->sacked || s->wnd << p->snd_wscale == p->snd_wnd;
}

/*
 * Is SEG.ACK outside of what RFC 5961 5.2 lets pass? What was never sent is not
 * acknowledged in the past either. As on Linux an open connection does not
 * answer an acknowledgement of the future.
 */
static int bad_ack(struct net *n, struct tcp_pcb *p, const struct tcp_seg *s)
{
	uint32_t past = p->max_wnd;

	if (p->bytes_acked < past)
		past = (uint32_t)p->bytes_acked + 1; /* and the SYN */
	if (unlikely(seq_gt(s->ack, p->snd_nxt))) {
		STAT(n, tcp_drop_ack_unsent);
		if (p->state != TCPS_ESTABLISHED)
			tcp_challenge(n, p);
		return 1;
	}
	if (unlikely(seq_lt(s->ack, p->snd_una - past))) {
		STAT(n, tcp_drop_ack_old);
		tcp_challenge(n, p);
		return 1;
	}
	return 0;
}

enum tcp_verdict tcp_ack(struct net *n, struct tcp_pcb *p, struct tcp_seg *s)
{
	struct tcp_ackinfo a = { .flight = tcp_flight(p) };

	if (bad_ack(n, p, s))
		return TCP_DROP;
	if (seq_lt(s->ack, p->snd_una))
		return TCP_GO; /* old; its text may be new */
	if (s->o.nsack && (p->flags & TF_SACK))
		tcp_sack_update(n, p, s, &a);
	a.dup = (uint8_t)is_dup(p, s, &a);
	if (a.dup)
		STAT(n, tcp_dupack);
	if (s->ack != p->snd_una)
		tcp_ack_advance(n, p, s, &a);
	tcp_window_update(n, p, s);
	tcp_recover_ack(n, p, &a);
	return TCP_GO;
}
