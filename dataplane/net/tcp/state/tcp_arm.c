// SPDX-License-Identifier: MIT
/*
 * tcp_arm.c - deadlines of connections that are set
 *
 * RFC 6298 5 (retransmission), RFC 8985 7.2 (tail loss probe), RFC 9293 3.8.4
 * (keepalive), 3.8.6.1 (zero window), RFC 5482 (user timeout).
 *
 * A connection has one timer in the wheel for all its deadlines. A deadline
 * that moves back leaves the timer alone: it fires early, finds nothing and
 * is armed again, which is cheaper than to move it for each segment.
 */
#include "net/tcp/state/tcp_arm.h"

#define TICK_NS (UINT64_C(1) << TIMER_TICK_SHIFT)
#define TLP_MIN_US 2000u
#define TLP_LONE_US 200000u /* as long may a lone segment go unanswered */

void tcp_timer_set(struct net *n, struct tcp_pcb *p, enum tcp_deadline d,
		   uint64_t us)
{
	uint64_t tick = (n->now + us * 1000 + TICK_NS - 1) / TICK_NS;
	uint64_t ns = tick * TICK_NS;

	p->deadline[d] = (uint32_t)tick ? (uint32_t)tick : 1;
	if (!timer_armed(&p->timer) || p->timer.expires_ns > ns)
		timer_arm(&n->wheel, &p->timer, ns);
}

/*
 * What is to be waited for when something is unacknowledged
 */
static int tlp_useful(const struct tcp_pcb *p)
{
	return p->ca_state == CA_OPEN && (p->flags & TF_SACK) && !p->sb &&
	       p->srtt && !p->backoff && !(p->flags & TF_TLP) &&
	       !tcp_in(p, TCPS_HANDSHAKE);
}

/* RFC 8985 7.2: PTO, but for the bound by the RTO. */
static uint64_t pto(const struct tcp_pcb *p)
{
	uint64_t us = u32_max(p->srtt >> 2, TLP_MIN_US);

	return tcp_flight(p) > p->mss ? us : us + TLP_LONE_US;
}

static uint64_t rto(const struct tcp_pcb *p)
{
	uint64_t us = (uint64_t)p->rto_us << u32_min(p->backoff, 16);

	return us < TCP_RTO_MAX ? us : TCP_RTO_MAX;
}

uint64_t tcp_elapsed_us(const struct net *n, uint32_t since)
{
	return ((uint64_t)(tcp_tick(n) - since) << TIMER_TICK_SHIFT) / 1000;
}

/* Do not sleep beyond the user timeout. */
static uint64_t bounded(const struct net *n, const struct tcp_pcb *p,
			uint64_t us)
{
	uint64_t limit = (uint64_t)p->conf.user_timeout * 1000, gone;

	if (!limit)
		return us;
	gone = tcp_elapsed_us(n, p->una_since);
	if (gone >= limit)
		return 0;
	return us < limit - gone ? us : limit - gone;
}

static void arm_sent(struct net *n, struct tcp_pcb *p, int restart)
{
	uint64_t us = rto(p);

	if (p->deadline[TD_RTX] && p->rtx_mode == RTX_RTO && !restart)
		return;
	p->rtx_mode = RTX_RTO;
	if (tlp_useful(p)) {
		p->rtx_mode = RTX_TLP;
		us = pto(p) < us ? pto(p) : us;
	}
	tcp_timer_set(n, p, TD_RTX, bounded(n, p, us));
}

void tcp_rto_arm(struct net *n, struct tcp_pcb *p)
{
	tcp_timer_set(n, p, TD_RTX, bounded(n, p, rto(p)));
}

void tcp_rtx_arm(struct net *n, struct tcp_pcb *p, int restart)
{
	if (tcp_flight(p)) {
		arm_sent(n, p, restart);
	} else if (tcp_unsent(p) && tcp_in(p, TCPS_SENDING) &&
		   p->snd_wnd < u32_min(tcp_unsent(p), p->mss)) {
		if (p->deadline[TD_RTX] && p->rtx_mode == RTX_PERSIST)
			return;
		if (p->rtx_mode != RTX_PERSIST)
			p->una_since = tcp_tick(n);
		p->rtx_mode = RTX_PERSIST;
		tcp_rto_arm(n, p);
	} else {
		tcp_timer_clear(p, TD_RTX);
		p->rtx_mode = RTX_RTO;
	}
}

/*
 * Keepalive, and the end of FIN-WAIT-2
 */
void tcp_keep_arm(struct net *n, struct tcp_pcb *p)
{
	if (p->state == TCPS_FIN_WAIT_2 && (p->flags & TF_CLOSED))
		return;
	if (!(p->conf.flags & CONF_KEEPALIVE) || !(p->flags & TF_ACCEPTED) ||
	    tcp_in(p,
		   TCPS_HANDSHAKE | TCPS_BIT(CLOSED) | TCPS_BIT(TIME_WAIT))) {
		tcp_timer_clear(p, TD_KEEP);
		return;
	}
	p->keep_probes = 0;
	tcp_timer_set(n, p, TD_KEEP, p->conf.keepidle * (uint64_t)TCP_US_PER_S);
}

void tcp_finwait2_arm(struct net *n, struct tcp_pcb *p)
{
	uint64_t s = p->conf.linger2 ? p->conf.linger2 : TCP_FIN_TIMEOUT_S;

	tcp_timer_set(n, p, TD_KEEP, s * TCP_US_PER_S);
}

void tcp_timer_rearm(struct net *n, struct tcp_pcb *p)
{
	uint64_t now = n->now >> TIMER_TICK_SHIFT;
	int32_t first = INT32_MAX;
	unsigned d;

	for (d = 0; d < TD_MAX; d++) {
		int32_t left = (int32_t)(p->deadline[d] - (uint32_t)now);

		if (p->deadline[d] && left < first)
			first = left;
	}
	if (first == INT32_MAX)
		return;
	now = (now + (uint64_t)first) * TICK_NS;
	if (!timer_armed(&p->timer) || p->timer.expires_ns > now)
		timer_arm(&n->wheel, &p->timer, now);
}
