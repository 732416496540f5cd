// SPDX-License-Identifier: MIT
/*
 * tcp_recover.c - loss: when it is noticed, and how it is repaired
 *
 * RFC 6675 (with SACK), RFC 6582 (NewReno, without), RFC 5681 3.2, RFC 3042 (limited transmit: falls out of
 * Pipe), RFC 8985 7 (what a tail loss probe tells). Not: F-RTO, RACK.
 *
 * While ca_state is not CA_OPEN, what is not SACKed in [snd_una, lost) is
 * lost, and [snd_una, rtx_nxt) of it has been sent again.
 */
#include "net/tcp/input/tcp_recover.h"

#include "net/tcp/cc/tcp_cc.h"
#include "net/tcp/state/tcp_sack.h"

void tcp_recover_reset(struct tcp_pcb *p)
{
	p->ca_state = CA_OPEN;
	p->dupacks = 0;
	p->recover = p->snd_una;
	p->rtx_nxt = p->snd_una;
	p->lost = p->snd_una;
}

static void enter(struct net *n, struct tcp_pcb *p)
{
	STAT(n, tcp_fast_recovery);
	p->ca_state = CA_RECOVERY;
	p->recover = p->snd_nxt;
	p->rtx_nxt = p->snd_una;
	p->lost = seq_max(tcp_sack_lost(p),
			  seq_min(p->snd_una + p->mss, p->snd_nxt));
	tcp_cc_repair_begin(p);
	p->flags &= ~(uint32_t)(TF_RTT | TF_TLP);
}

/* The path takes smaller segments only: send what is out again, as such. */
void tcp_recover_mss(struct net *n, struct tcp_pcb *p)
{
	if (p->ca_state != CA_OPEN || !tcp_flight(p))
		return;
	enter(n, p);
	p->lost = p->snd_nxt;
	tcp_cc_resegment(p);
	tcp_want_output(n, p);
}

/* RFC 6298 5.4 to 5.6, RFC 6675 5.1 */
void tcp_recover_rto(struct net *n, struct tcp_pcb *p)
{
	STAT(n, tcp_rto);
	if (p->sb && p->sb->r[0].start == p->snd_una) {
		STAT(n, tcp_sack_reneged); /* RFC 2018 8 */
		tcp_sack_free(n, p);
	}
	tcp_cc_timeout(p, p->ca_state == CA_LOSS);
	p->ca_state = CA_LOSS;
	p->dupacks = 0;
	p->recover = p->snd_nxt;
	p->rtx_nxt = p->snd_una;
	p->lost = p->snd_nxt;
	p->flags &= ~(uint32_t)(TF_RTT | TF_TLP);
	tcp_want_output(n, p);
}

/* In CA_RECOVERY: what an acknowledgement tells. */
static void recovering(struct tcp_pcb *p, const struct tcp_ackinfo *a)
{
	uint32_t delivered = a->acked + a->sacked;

	if (p->flags & TF_SACK) {
		p->lost = seq_max(p->lost, tcp_sack_lost(p));
	} else if (a->dup) {
		if (p->dupacks < UINT8_MAX)
			p->dupacks++;
		delivered = p->mss;
	} else if (a->acked) {
		/* RFC 6582 3.2 (3): a partial one, the next hole is there */
		uint32_t segs = a->acked / p->mss;

		p->dupacks =
			(uint8_t)(p->dupacks > segs ? p->dupacks - segs : 0);
		p->rtx_nxt = p->snd_una;
		p->lost = seq_min(p->snd_una + p->mss, p->snd_nxt);
	}
	tcp_cc_repair(p, delivered);
}

static void leave(struct tcp_pcb *p)
{
	if (p->ca_state == CA_RECOVERY)
		tcp_cc_repair_end(p);
	p->ca_state = CA_OPEN;
	p->dupacks = 0;
	p->rtx_nxt = p->lost = p->snd_una;
}

/* In CA_OPEN: is something lost? */
static int noticed(const struct tcp_pcb *p)
{
	if (p->sb)
		return tcp_sack_lost(p) != p->snd_una;
	if (p->flags & TF_SACK)
		return 0;
	/* RFC 6582 3.2 (1): not for what an earlier recovery sent twice */
	return p->dupacks >= TCP_DUPTHRESH && seq_geq(p->snd_una, p->recover);
}

/* RFC 8985 7.4: has a probe repaired a loss unseen? */
static void tlp_ack(struct net *n, struct tcp_pcb *p,
		    const struct tcp_ackinfo *a)
{
	if (a->dsack || a->dup) {
		p->flags &= ~(uint32_t)TF_TLP; /* both copies arrived */
	} else if (seq_geq(p->snd_una, p->tlp_end)) {
		p->flags &= ~(uint32_t)TF_TLP;
		if (p->ca_state != CA_OPEN)
			return;
		STAT(n, tcp_tlp_loss);
		tcp_cc_tail_loss(p);
	}
}

void tcp_recover_ack(struct net *n, struct tcp_pcb *p,
		     const struct tcp_ackinfo *a)
{
	if (a->acked) {
		tcp_sack_trim(n, p);
		p->rtx_nxt = seq_max(p->rtx_nxt, p->snd_una);
		p->lost = seq_max(p->lost, p->snd_una);
		if (p->ca_state == CA_OPEN)
			p->dupacks = 0;
		else if (seq_geq(p->snd_una, p->recover))
			leave(p);
	}
	if (unlikely(p->flags & TF_TLP))
		tlp_ack(n, p, a);
	if (p->ca_state == CA_LOSS) {
		tcp_cc_ack(n, p, a);
	} else if (p->ca_state == CA_RECOVERY) {
		recovering(p, a);
	} else if (a->dup || p->sb) {
		if (a->dup && !(p->flags & TF_SACK) && p->dupacks < UINT8_MAX)
			p->dupacks++;
		if (noticed(p)) {
			enter(n, p);
			tcp_cc_loss(p);
			tcp_cc_repair(p, a->sacked ? a->sacked : p->mss);
		}
	} else {
		return;
	}
	tcp_want_output(n, p);
}
