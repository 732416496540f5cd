// SPDX-License-Identifier: MIT
/*
 * tcp_segment.c - segments of synchronised connections, step by step
 *
 * RFC 9293 3.10.7.4 in its order, RFC 5961 (blind attacks), RFC 7323 5
 * (PAWS). Omitted: the third step, security and precedence. What a segment says
 * of the peer (that it lives, its timestamp) counts once the first four have let
 * it pass.
 */
#include "net/tcp/input/tcp_segment.h"

#include "net/tcp/input/tcp_ack.h"
#include "net/tcp/input/tcp_establish.h"
#include "net/tcp/input/tcp_rcv.h"
#include "net/tcp/input/tcp_synsent.h"
#include "net/tcp/input/tcp_urgent.h"
#include "net/tcp/output/tcp_delack.h"
#include "net/tcp/output/tcp_reset.h"
#include "net/tcp/state/tcp_arm.h"
#include "net/tcp/state/tcp_life.h"
#include "net/tcp/state/tcp_ooo.h"

/*
 * RFC 7323 5.2 R1: is the timestamp too old? As on Linux one tick is forgiven,
 * and a TS.Recent of 0, which some send in their SYN only, says nothing.
 */
static int paws_reject(const struct net *n, const struct tcp_pcb *p,
		       const struct tcp_seg *s)
{
	if ((int32_t)(p->ts_recent - s->o.tsval) <= 1 || !p->ts_recent)
		return 0;
	return tcp_tick(n) - p->ts_recent_tick <
	       tcp_us_to_ticks((uint64_t)TCP_PAWS_IDLE_S * TCP_US_PER_S);
}

/* A duplicate acknowledgement that others have overtaken is no intruder. */
static int disordered_ack(const struct tcp_pcb *p, const struct tcp_seg *s)
{
	return !s->len && s->flags == TH_ACK && s->seq == p->rcv_nxt &&
	       s->ack == p->snd_una && s->wnd << p->snd_wscale == p->snd_wnd &&
	       p->ts_recent - s->o.tsval <= tcp_us_to_ticks(p->rto_us);
}

/* Outside of the window: what the peer should know of it. A SYN is answered as
 * in the fourth step (RFC 5961 4.2). */
static void answer_outside(struct net *n, struct tcp_pcb *p,
			   const struct tcp_seg *s, uint32_t end)
{
	if (s->flags & TH_SYN) {
		STAT(n, tcp_drop_syn);
		tcp_challenge(n, p);
		return;
	}
	STAT(n, tcp_drop_seq);
	if (s->len && seq_lt(s->seq, p->rcv_nxt)) {
		tcp_delack_quick(p);
		if (p->flags & TF_SACK) {
			p->flags |= TF_DSACK;
			p->dsack_start = s->seq;
			p->dsack_end = seq_min(end, p->rcv_nxt);
		}
	}
	tcp_dup_ack(n, p, s);
}

/* Some reset a connection with the sequence number of their FIN (macOS). */
static int reset_behind_fin(const struct tcp_pcb *p, const struct tcp_seg *s)
{
	return (s->flags & TH_RST) && s->seq == p->rcv_nxt - 1 &&
	       tcp_in(p, TCPS_BIT(CLOSE_WAIT) | TCPS_BIT(LAST_ACK) |
				 TCPS_BIT(CLOSING));
}

/* First: PAWS and the sequence number. What comes without the timestamp that
 * was agreed on is judged by its sequence number alone. */
static enum tcp_verdict check_seq(struct net *n, struct tcp_pcb *p,
				  struct tcp_seg *s)
{
	uint32_t end = s->seq + s->len + ((s->flags & TH_FIN) ? 1 : 0) +
		       ((s->flags & TH_SYN) ? 1 : 0);
	uint32_t edge = seq_max(p->rcv_adv, p->rcv_nxt);

	if ((p->flags & TF_TS) && (s->o.has & TO_TS) && !(s->flags & TH_RST) &&
	    paws_reject(n, p, s) && !disordered_ack(p, s)) {
		STAT(n, tcp_drop_paws);
		tcp_dup_ack(n, p, s);
		return TCP_DROP;
	}
	if (likely(seq_geq(end, p->last_ack_sent) && seq_leq(s->seq, edge)))
		return TCP_GO;
	if (reset_behind_fin(p, s))
		return TCP_GO;
	if (s->flags & TH_RST)
		STAT(n, tcp_drop_rst_seq);
	else
		answer_outside(n, p, s, end);
	return TCP_DROP;
}

/* RFC 5961 3.2 wants the next sequence number. A peer whose bytes were lost on
 * the way is beyond it: behind the last ones that came. */
static int reset_is_exact(const struct tcp_pcb *p, const struct tcp_seg *s)
{
	const struct tcp_ooo *o = p->ooo;

	if (s->seq == p->rcv_nxt || reset_behind_fin(p, s))
		return 1;
	return o && (p->flags & TF_SACK) && s->seq == o->run[o->nruns - 1].end;
}

/* Second: RST, by RFC 5961 3.2. */
static enum tcp_verdict check_rst(struct net *n, struct tcp_pcb *p,
				  const struct tcp_seg *s)
{
	if (!reset_is_exact(p, s)) {
		STAT(n, tcp_drop_rst_seq);
		if (seq_gt(s->seq, p->rcv_nxt))
			tcp_challenge(n, p);
		return TCP_DROP;
	}
	STAT(n, tcp_reset_in);
	/* as Linux */
	tcp_kill(n, p, p->state == TCPS_CLOSE_WAIT ? EPIPE : ECONNRESET);
	return TCP_GONE;
}

/* Fourth: SYN, by RFC 5961 4.2. */
static enum tcp_verdict check_syn(struct net *n, struct tcp_pcb *p,
				  struct tcp_seg *s)
{
	if (p->state == TCPS_SYN_RCVD && s->seq + 1 == p->rcv_nxt) {
		if (s->flags & TH_ACK) { /* simultaneous open */
			s->seq++;
			s->flags &= (uint8_t)~TH_SYN;
			return TCP_GO;
		}
		p->flags |= TF_SYNNOW; /* ours was lost */
		tcp_want_output(n, p);
		return TCP_DROP;
	}
	STAT(n, tcp_drop_syn);
	tcp_challenge(n, p);
	return TCP_DROP;
}

/* Our FIN is acknowledged. */
static enum tcp_verdict fin_acked(struct net *n, struct tcp_pcb *p)
{
	switch (p->state) {
	case TCPS_FIN_WAIT_1:
		p->state = TCPS_FIN_WAIT_2;
		if (p->flags & TF_CLOSED)
			tcp_finwait2_arm(n, p);
		return TCP_GO;
	case TCPS_CLOSING:
		tcp_time_wait(n, p);
		return TCP_GONE;
	case TCPS_LAST_ACK:
		tcp_kill(n, p, 0);
		return TCP_GONE;
	default:
		return TCP_GO;
	}
}

/* Fifth: the ACK field. */
static enum tcp_verdict check_ack(struct net *n, struct tcp_pcb *p,
				  struct tcp_seg *s)
{
	enum tcp_verdict v;

	if (!(s->flags & TH_ACK)) {
		STAT(n, tcp_drop_noack);
		return TCP_DROP;
	}
	if (p->state == TCPS_SYN_RCVD) {
		if (s->ack != p->snd_nxt || p->snd_nxt == p->snd_una) {
			STAT(n, tcp_drop_ack_unsent);
			tcp_reset_reply(n, s);
			return TCP_DROP;
		}
		v = tcp_established(n, p, s);
	} else {
		v = tcp_ack(n, p, s);
	}
	if (v == TCP_GO && (p->flags & TF_FIN_ACKED))
		v = fin_acked(n, p);
	return v;
}

/* Trim c at seq to the window; 0: nothing is left. */
static uint32_t trim(struct net *n, struct tcp_pcb *p, uint32_t *seq,
		     struct mchain *c)
{
	uint32_t end = *seq + c->len;

	if (seq_lt(*seq, p->rcv_nxt)) {
		uint32_t have = seq_min(p->rcv_nxt, end);

		p->flags |= TF_DSACK; /* RFC 2883 */
		p->dsack_start = *seq;
		p->dsack_end = have;
		mchain_trim_front(c, have - *seq);
		*seq = have;
		tcp_delack_quick(p);
		tcp_ack_now(n, p);
	}
	if (c->len && seq_gt(end, p->rcv_adv)) {
		uint32_t past = end - seq_max(p->rcv_adv, *seq);

		mchain_trim_back(c, past);
		tcp_ack_now(n, p);
	}
	return c->len;
}

/* Seventh: the text. */
static enum tcp_verdict text(struct net *n, struct tcp_pcb *p,
			     struct tcp_seg *s)
{
	uint32_t seq = s->seq;
	struct mchain c;

	if (s->len == 0)
		return TCP_GO;
	if (!tcp_in(p, TCPS_CAN_RCV) || (p->flags & TF_RCV_FIN)) {
		STAT(n, tcp_drop_state);
		tcp_ack_now(n, p);
		return TCP_GO;
	}
	if ((p->flags & TF_CLOSED) && seq_gt(seq + s->len, p->rcv_nxt)) {
		STAT(n, tcp_reset_orphan); /* RFC 9293 3.6.1, RFC 1122 */
		tcp_reset_reply(n, s);
		tcp_kill(n, p, ECONNRESET);
		return TCP_GONE;
	}
	mchain_from(&c, s->m);
	s->m = NULL;
	if (!trim(n, p, &seq, &c)) {
		STAT(n, tcp_drop_dup);
		return TCP_GO;
	}
	if (seq == p->rcv_nxt) {
		tcp_rcv_data(n, p, &c, s);
		return TCP_GO;
	}
	tcp_ooo_insert(n, p, seq, &c);
	tcp_ack_now(n, p);
	return TCP_GO;
}

/* Eighth: FIN, at once or when the hole before it is filled. */
static enum tcp_verdict check_fin(struct net *n, struct tcp_pcb *p,
				  const struct tcp_seg *s)
{
	uint32_t fin = s->seq + s->len;

	if (p->flags & TF_RCV_FIN) {
		if (s->flags & TH_FIN)
			tcp_ack_now(n, p); /* a retransmission */
		return TCP_GO;
	}
	if ((s->flags & TH_FIN) && seq_geq(fin, p->rcv_nxt) &&
	    seq_leq(fin, seq_max(p->rcv_adv, p->rcv_nxt))) {
		p->flags |= TF_FIN_OOO;
		p->rcv_fin = fin;
		tcp_ack_now(n, p);
	}
	if (!(p->flags & TF_FIN_OOO) || p->rcv_fin != p->rcv_nxt)
		return TCP_GO;
	p->flags = (p->flags & ~(uint32_t)TF_FIN_OOO) | TF_RCV_FIN;
	p->rcv_nxt++;
	tcp_ooo_free(n, p);
	tcp_raise(n, p, TE_EOF);
	if (p->state == TCPS_ESTABLISHED) {
		p->state = TCPS_CLOSE_WAIT;
	} else if (p->state == TCPS_FIN_WAIT_1) {
		p->state = TCPS_CLOSING;
	} else if (p->state == TCPS_FIN_WAIT_2) {
		tcp_time_wait(n, p);
		return TCP_GONE;
	}
	return TCP_GO;
}

void tcp_segment(struct net *n, struct tcp_pcb *p, struct tcp_seg *s)
{
	if (p->state == TCPS_SYN_SENT) {
		if (tcp_synsent_input(n, p, s) != TCP_GO)
			return;
	} else {
		if (check_seq(n, p, s) != TCP_GO)
			return;
		if (s->flags & TH_RST && check_rst(n, p, s) != TCP_GO)
			return;
		if (s->flags & TH_SYN && check_syn(n, p, s) != TCP_GO)
			return;
		p->last_rcv = tcp_tick(n);
		p->keep_probes = 0;
		tcp_ts_update(n, p, s);
		if (check_ack(n, p, s) != TCP_GO)
			return;
	}
	if (unlikely(s->flags & TH_URG || p->flags & TF_URGENT))
		tcp_urgent(n, p, s);
	if (text(n, p, s) != TCP_GO)
		return;
	check_fin(n, p, s);
}
