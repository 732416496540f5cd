/* SPDX-License-Identifier: MIT */
/*
 * tcp_rtt.h - round-trip time and retransmission time-out
 */
#ifndef IX_NET_TCP_RTT_H
#define IX_NET_TCP_RTT_H

#include "net/tcp/state/tcp_seg.h"

/* Time the segment that ends at seq. */
void tcp_rtt_begin(const struct net *n, struct tcp_pcb *p, uint32_t seq);
/* The segment that is being timed has arrived: how long it took, us. */
uint32_t tcp_rtt_end(const struct net *n, struct tcp_pcb *p);
/* s acknowledges something new: what tcp_rtt_end() says, or 0 where nothing
 * was being timed. */
uint32_t tcp_rtt_update(const struct net *n, struct tcp_pcb *p,
			const struct tcp_seg *s);

#endif
