// SPDX-License-Identifier: MIT
/*
 * tcp_synsent.c - segments in SYN-SENT
 *
 * RFC 9293 3.10.7.3, RFC 7323 3.2 (an answer must echo our timestamp).
 */
#include "net/tcp/input/tcp_synsent.h"

#include "net/tcp/input/tcp_establish.h"
#include "net/tcp/output/tcp_opts.h"
#include "net/tcp/output/tcp_reset.h"
#include "net/tcp/state/tcp_arm.h"
#include "net/tcp/state/tcp_life.h"

/* First: the ACK bit. */
static enum tcp_verdict check_ack(struct net *n, struct tcp_pcb *p,
				  const struct tcp_seg *s)
{
	if (!(s->flags & TH_ACK))
		return TCP_GO;
	if (s->ack == p->snd_nxt && p->snd_nxt != p->snd_una)
		return TCP_GO;
	STAT(n, tcp_drop_synsent);
	if (s->flags & TH_RST)
		return TCP_DROP;
	/* that ends what is left there of a connection before this one */
	tcp_reset_reply(n, s);
	if (!p->retransmits)
		tcp_timer_set(n, p, TD_RTX, TCP_SYN_AGAIN_US);
	return TCP_DROP;
}

/* Second: the RST bit; only one that acknowledges our SYN is believed. */
static enum tcp_verdict check_rst(struct net *n, struct tcp_pcb *p,
				  const struct tcp_seg *s)
{
	if (!(s->flags & TH_RST))
		return TCP_GO;
	if (!(s->flags & TH_ACK)) {
		STAT(n, tcp_drop_synsent);
		return TCP_DROP;
	}
	STAT(n, tcp_reset_in);
	tcp_kill(n, p, ECONNREFUSED);
	return TCP_GONE;
}

/* Both have sent a SYN, neither has seen the other's acknowledged. */
static void simultaneous(struct net *n, struct tcp_pcb *p,
			 const struct tcp_seg *s)
{
	p->state = TCPS_SYN_RCVD;
	p->snd_wnd = p->max_wnd = s->wnd;
	p->snd_wl1 = s->seq;
	p->flags |= TF_SYNNOW;
	tcp_want_output(n, p);
}

enum tcp_verdict tcp_synsent_input(struct net *n, struct tcp_pcb *p,
				   struct tcp_seg *s)
{
	enum tcp_verdict v = check_ack(n, p, s);

	if (v == TCP_GO)
		v = check_rst(n, p, s);
	if (v != TCP_GO)
		return v;
	/* Third: security; omitted */
	/* Fourth: the SYN bit */
	if (!(s->flags & TH_SYN)) {
		STAT(n, tcp_drop_synsent);
		return TCP_DROP;
	}
	p->rcv_nxt = s->seq + 1;
	/* the SYN offered this much, which the peer may use from here on */
	p->rcv_adv = p->rcv_nxt + u32_min(p->conf.rcvbuf, UINT16_MAX);
	p->last_ack_sent = p->rcv_nxt;
	tcp_opts_syn(n, p, &s->o);
	if (!(s->flags & TH_ACK)) {
		simultaneous(n, p, s);
		return TCP_DROP;
	}
	tcp_established(n, p, s);
	tcp_ack_now(n, p);
	/* Fifth: the SYN is done with; text, if any, comes after it */
	s->seq++;
	return TCP_GO;
}
