// SPDX-License-Identifier: MIT
/*
 * tcp_establish.c - both SYNs are acknowledged
 */
#include "net/tcp/input/tcp_establish.h"

#include "net/tcp/input/tcp_recover.h"
#include "net/tcp/output/tcp_rtt.h"
#include "net/tcp/state/tcp_arm.h"
#include "net/tcp/state/tcp_backlog.h"
#include "net/tcp/state/tcp_mss.h"

enum tcp_verdict tcp_established(struct net *n, struct tcp_pcb *p,
				 const struct tcp_seg *s)
{
	if (p->listener && tcp_backlog_knock(n, p, s) != TCP_GO)
		return TCP_DROP;
	STAT(n, tcp_established);
	p->state = p->flags & TF_FIN ? TCPS_FIN_WAIT_1 : TCPS_ESTABLISHED;
	if (p->flags & TF_RTT)
		tcp_rtt_end(n, p);
	else if (p->flags & TF_SYN_RTX)
		p->rto_us = TCP_RTO_FALLBACK;
	p->backoff = 0;
	p->path.answer = 0;
	p->snd_una = s->ack;
	p->snd_wnd = s->flags & TH_SYN ? s->wnd : s->wnd << p->snd_wscale;
	p->max_wnd = p->snd_wnd;
	p->push_seq = s->ack;
	p->snd_wl1 = s->seq;
	p->snd_wl2 = s->ack;
	tcp_cwnd_init(p);
	tcp_recover_reset(p);
	p->tune_tick = tcp_tick(n);
	tcp_timer_clear(p, TD_RTX);
	if (!(p->flags & TF_PASSIVE))
		tcp_raise(n, p, TE_CONNECTED);
	tcp_keep_arm(n, p);
	tcp_want_output(n, p);
	return TCP_GO;
}
