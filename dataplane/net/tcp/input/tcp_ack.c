// SPDX-License-Identifier: MIT
/*
 * tcp_ack.c - acknowledgements of what we sent
 *
 * RFC 9293 3.10.7.4 fifth, RFC 5961 5 (range of ACK).
 */
#include "net/tcp/input/tcp_ack.h"

#include "net/tcp/cc/tcp_cc.h"
#include "net/tcp/input/tcp_recover.h"
#include "net/tcp/output/tcp_reset.h"
#include "net/tcp/output/tcp_rtt.h"
#include "net/tcp/state/tcp_arm.h"
#include "net/tcp/state/tcp_life.h"
#include "net/tcp/state/tcp_sack.h"
#include "net/tcp/state/tcp_sendq.h"

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
	a->rate_us = tcp_rtt_update(n, p, s);
	p->snd_una = s->ack;
	p->una_since = tcp_tick(n);
	p->soft_err = 0;
	tcp_sq_ack(n, p, bytes);
	p->bytes_acked += bytes;
	a->rate_bytes = (uint32_t)p->bytes_acked - p->rtt_acked;
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
