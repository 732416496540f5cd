/* SPDX-License-Identifier: MIT */
/*
 * tcp_segment.h - segments of synchronised connections, step by step
 */
#ifndef IX_NET_TCP_SEGMENT_H
#define IX_NET_TCP_SEGMENT_H

#include "net/tcp/state/tcp_seg.h"

void tcp_segment(struct net *n, struct tcp_pcb *p, struct tcp_seg *s);

/* RFC 7323 4.3 (2): take TS.Recent from a segment that reaches back to
 * Last.ACK.sent, if its timestamp is not older. */
static inline void tcp_ts_update(const struct net *n, struct tcp_pcb *p,
				 const struct tcp_seg *s)
{
	if (!(s->o.has & TO_TS) || seq_gt(s->seq, p->last_ack_sent) ||
	    (seq_lt(s->o.tsval, p->ts_recent) && p->ts_recent))
		return;
	p->ts_recent = s->o.tsval;
	p->ts_recent_tick = tcp_tick(n);
}

#endif
