/* SPDX-License-Identifier: MIT */
/*
 * tcp_rtt.h - round-trip time and retransmission time-out
 */
#ifndef IX_NET_TCP_RTT_H
#define IX_NET_TCP_RTT_H

#include "net/tcp/state/tcp_seg.h"

/* Begin to time the segment that ends at seq and is sent now. */
void tcp_rtt_begin(const struct net *n, struct tcp_pcb *p, uint32_t seq);
/* The segment that was timed is acknowledged: update srtt, rttvar and the RTO.
 * Returns the round-trip time in us, at least 1. */
uint32_t tcp_rtt_end(const struct net *n, struct tcp_pcb *p);
/* s acknowledges new data. Returns tcp_rtt_end() if that includes the segment
 * that was timed, else 0. If none was timed, a timestamp may be the sample. */
uint32_t tcp_rtt_update(const struct net *n, struct tcp_pcb *p,
			const struct tcp_seg *s);

#endif
