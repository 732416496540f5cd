// SPDX-License-Identifier: MIT
/*
 * tcp_timer.c - deadlines of connections that have come
 *
 * RFC 6298 5 (retransmission), RFC 9293 3.8.3 (limits), 3.8.4 (keepalive),
 * 3.8.6.1 (zero window), RFC 5482 (user timeout).
 */
#include "net/tcp/input/tcp_timer.h"

#include "net/tcp/input/tcp_recover.h"
#include "net/tcp/output/tcp_delack.h"
#include "net/tcp/output/tcp_output.h"
#include "net/tcp/output/tcp_reset.h"
#include "net/tcp/output/tcp_xmit.h"
#include "net/tcp/state/tcp_arm.h"
#include "net/tcp/state/tcp_backlog.h"
#include "net/tcp/state/tcp_life.h"

static int due(const struct tcp_pcb *p, unsigned d, uint32_t now)
{
	return p->deadline[d] && (int32_t)(p->deadline[d] - now) <= 0;
}

static enum tcp_verdict give_up(struct net *n, struct tcp_pcb *p)
{
	STAT(n, tcp_timeout);
	tcp_kill(n, p, p->soft_err ? p->soft_err : ETIMEDOUT);
	return TCP_GONE;
}

static int user_timeout(struct net *n, const struct tcp_pcb *p)
{
	if (!p->conf.user_timeout ||
	    tcp_elapsed_us(n, p->una_since) < p->conf.user_timeout * 1000ULL)
		return 0;
	STAT(n, tcp_timeout_user);
	return 1;
}

/* It answers, but takes nothing: for ever, if it likes (RFC 1122 4.2.2.17). */
static int peer_is_full(const struct net *n, const struct tcp_pcb *p)
{
	return !p->snd_wnd && !(p->flags & TF_CLOSED) &&
	       !tcp_in(p, TCPS_HANDSHAKE) &&
	       tcp_elapsed_us(n, p->last_rcv) < 2 * (uint64_t)TCP_RTO_MAX;
}

/* Who waits among many others waits 3 s instead of 63, unless the peer has
 * answered and the backlog has no room. */
static unsigned synack_retries(const struct net *n, const struct tcp_pcb *p)
{
	if (p->listener && !(p->flags & TF_SYN_ACKED) &&
	    tcp_syn_load(n->tcp, p->listener) != SYN_FEW)
		return TCP_SYNACK_RETRIES_MANY;
	return TCP_SYNACK_RETRIES;
}

/* Its listener waits for bytes: the SYN-ACK is acknowledged, and is sent again
 * at the end of that time only. */
static int is_deferred(const struct tcp_pcb *p)
{
	return p->listener && (p->flags & TF_SYN_ACKED) &&
	       p->backoff < p->listener->defer;
}

static unsigned retries(const struct net *n, const struct tcp_pcb *p)
{
	if (p->state == TCPS_SYN_SENT)
		return p->conf.syncnt ? p->conf.syncnt : TCP_SYN_RETRIES;
	if (p->state == TCPS_SYN_RCVD)
		return u32_max(synack_retries(n, p),
			       is_deferred(p) ? p->listener->defer : 0);
	return p->flags & TF_CLOSED ? TCP_ORPHAN_RETRIES : TCP_RETRIES2;
}

static enum tcp_verdict rto_fire(struct net *n, struct tcp_pcb *p)
{
	if (!tcp_flight(p))
		return TCP_GO;
	if ((p->backoff >= retries(n, p) && !peer_is_full(n, p)) ||
	    user_timeout(n, p))
		return give_up(n, p);
	if (p->backoff < UINT8_MAX)
		p->backoff++;
	if (tcp_in(p, TCPS_HANDSHAKE)) {
		if (!is_deferred(p))
			p->flags |= TF_SYNNOW;
		tcp_want_output(n, p);
	} else {
		tcp_recover_rto(n, p);
	}
	tcp_rtx_arm(n, p, 1);
	return TCP_GO;
}

/* The program has gone: a peer that takes nothing does not hold what it sent
 * for ever, though it answers (CVE-2008-4609). */
static int orphan_stuck(const struct tcp_pcb *p)
{
	return (p->flags & TF_CLOSED) && p->backoff >= TCP_ORPHAN_RETRIES;
}

static enum tcp_verdict persist_fire(struct net *n, struct tcp_pcb *p)
{
	if (p->keep_probes >= retries(n, p) || orphan_stuck(p) ||
	    user_timeout(n, p))
		return give_up(n, p);
	STAT(n, tcp_persist);
	if (p->snd_wnd) {
		/* what fits the window: that is no probe */
		p->keep_probes = p->backoff = 0;
		p->flags |= TF_FORCE;
		tcp_want_output(n, p);
	} else {
		p->keep_probes++;
		if (p->backoff < 16)
			p->backoff++;
		tcp_send_probe(n, p);
	}
	tcp_rtx_arm(n, p, 0);
	return TCP_GO;
}

static enum tcp_verdict rtx_fire(struct net *n, struct tcp_pcb *p)
{
	if (p->rtx_mode == RTX_PERSIST)
		return persist_fire(n, p);
	if (p->rtx_mode == RTX_RTO)
		return rto_fire(n, p);
	p->rtx_mode = RTX_RTO;
	if (tcp_flight(p)) {
		tcp_send_tail(n, p);
		p->rtx_mode = RTX_RTO;
		tcp_rto_arm(n, p);
	}
	return TCP_GO;
}

/* The same deadline holds back what is paced. */
static enum tcp_verdict cork_fire(struct net *n, struct tcp_pcb *p)
{
	if ((p->flags & TF_MORE) || (p->conf.flags & CONF_CORK))
		p->flags |= TF_FORCE;
	tcp_want_output(n, p);
	return TCP_GO;
}

static int keepalive_over(const struct tcp_pcb *p, uint64_t idle)
{
	if (p->conf.user_timeout)
		return p->keep_probes > 0 &&
		       idle >= p->conf.user_timeout * UINT64_C(1000);
	return p->keep_probes >= p->conf.keepcnt;
}

static enum tcp_verdict keep_fire(struct net *n, struct tcp_pcb *p)
{
	uint64_t keepidle = p->conf.keepidle * (uint64_t)TCP_US_PER_S;
	uint64_t idle = tcp_elapsed_us(n, p->last_rcv);

	if (p->state == TCPS_FIN_WAIT_2 && (p->flags & TF_CLOSED)) {
		STAT(n, tcp_timeout_finwait2);
		tcp_kill(n, p, 0);
		return TCP_GONE;
	}
	if (tcp_flight(p) || tcp_unsent(p)) /* these have their own timer */
		idle = 0;
	if (idle < keepidle) {
		p->keep_probes = idle ? 0 : p->keep_probes;
		tcp_timer_set(n, p, TD_KEEP, keepidle - idle);
		return TCP_GO;
	}
	if (keepalive_over(p, idle)) {
		STAT(n, tcp_timeout_keepalive);
		tcp_reset_send(n, p);
		return give_up(n, p);
	}
	STAT(n, tcp_keepalive);
	p->keep_probes++;
	tcp_send_probe(n, p);
	tcp_timer_set(n, p, TD_KEEP,
		      p->conf.keepintvl * (uint64_t)TCP_US_PER_S);
	return TCP_GO;
}

static enum tcp_verdict deadline_fire(struct net *n, struct tcp_pcb *p,
				      unsigned d)
{
	switch (d) {
	case TD_RTX:
		return rtx_fire(n, p);
	case TD_DELACK:
		tcp_delack_fire(n, p);
		return TCP_GO;
	case TD_KEEP:
		return keep_fire(n, p);
	default:
		return cork_fire(n, p);
	}
}

void tcp_timer_fire(struct net *n, struct timer *timer)
{
	struct tcp_pcb *p =
		(struct tcp_pcb *)(void *)((char *)timer -
					   offsetof(struct tcp_pcb, timer));
	unsigned d;

	for (d = 0; d < TD_MAX; d++) {
		if (!due(p, d, tcp_tick(n)))
			continue;
		p->deadline[d] = 0;
		if (deadline_fire(n, p, d) == TCP_GONE)
			return;
	}
	tcp_timer_rearm(n, p);
}
