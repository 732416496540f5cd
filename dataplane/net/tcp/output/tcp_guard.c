// SPDX-License-Identifier: MIT
/*
 * tcp_guard.c - whom a socket does not hear, and how fast it may speak
 *
 * What few ask for: a least TTL (RFC 5082), a device, a filter that takes
 * nothing, a rate. A connection with any of it is TF_GUARDED and takes no fast
 * path.
 */
#include "base/units.h"
#include "net/tcp/output/tcp_guard.h"

#include "net/tcp/state/tcp_arm.h"

/* What a timer that fires late may make up for. */
#define PACE_CREDIT_NS (4 * (UINT64_C(1) << TIMER_TICK_SHIFT))

int tcp_admits(struct net *n, const struct tcp_conf *c, const struct ip_rx *rx)
{
	if (likely(!c->mute && rx->ttl >= c->min_ttl))
		return 1;
	STAT(n, tcp_drop_guard);
	return 0;
}

int tcp_may_pace(struct net *n, struct tcp_pcb *p)
{
	if (p->pace_rate == UINT32_MAX)
		return 1;
	if (p->pace_ns + PACE_CREDIT_NS < n->now)
		p->pace_ns = n->now - PACE_CREDIT_NS;
	if (p->pace_ns <= n->now)
		return 1;
	if (!p->deadline[TD_CORK])
		tcp_timer_set(n, p, TD_CORK,
			      (p->pace_ns - n->now) / NSEC_PER_USEC + 1);
	return 0;
}

void tcp_paced(struct tcp_pcb *p, uint32_t len)
{
	uint32_t rate = p->pace_rate;

	if (rate != UINT32_MAX)
		p->pace_ns += (uint64_t)len * NSEC_PER_SEC / (rate ? rate : 1);
}
