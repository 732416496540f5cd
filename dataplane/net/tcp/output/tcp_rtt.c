// SPDX-License-Identifier: MIT
/*
 * tcp_rtt.c - round-trip time and retransmission time-out
 *
 * RFC 6298 (RTO), RFC 7323 4 (RTTM). The round trip is timed on one segment at
 * a time, in ns; the timestamps, which are coarser, serve while retransmitted
 * bytes are out.
 */
#include "net/tcp/output/tcp_rtt.h"

/* RFC 6298 2; as Linux, the variance counts for at least the least RTO. */
static void sample(struct tcp_pcb *p, uint64_t us)
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

uint32_t tcp_rtt_end(const struct net *n, struct tcp_pcb *p)
{
	uint32_t units = (uint32_t)(n->now >> 10) - p->rtt_start;
	uint64_t us = (uint64_t)units * 1024 / 1000;

	p->flags &= ~(uint32_t)TF_RTT;
	sample(p, us);
	return us ? (uint32_t)us : 1;
}

void tcp_rtt_begin(const struct net *n, struct tcp_pcb *p, uint32_t seq)
{
	p->flags |= TF_RTT;
	p->rtt_seq = seq;
	p->rtt_acked = (uint32_t)p->bytes_acked;
	p->rtt_start = (uint32_t)(n->now >> 10);
}

uint32_t tcp_rtt_update(const struct net *n, struct tcp_pcb *p,
			const struct tcp_seg *s)
{
	uint32_t ticks;

	if (p->flags & TF_RTT) {
		if (seq_lt(s->ack, p->rtt_seq))
			return 0;
		return tcp_rtt_end(n, p);
	}
	if (!(s->o.has & TO_TS) || !s->o.tsecr ||
	    (p->ca_state == CA_OPEN && !p->backoff))
		return 0;
	ticks = tcp_tick(n) + p->ts_off - s->o.tsecr;
	if (ticks < tcp_us_to_ticks(60 * TCP_US_PER_S))
		sample(p, (((uint64_t)ticks + 1) << TIMER_TICK_SHIFT) / 1000);
	return 0;
}
