/* SPDX-License-Identifier: MIT */
/*
 * tcp_arm.h - setting the deadlines of connections
 */
#ifndef IX_NET_TCP_ARM_H
#define IX_NET_TCP_ARM_H

#include "net/tcp/state/tcp_stack.h"

/* Deadline d is us microseconds from now, rounded up to a tick. */
void tcp_timer_set(struct net *n, struct tcp_pcb *p, enum tcp_deadline d,
		   uint64_t us);
static inline void tcp_timer_clear(struct tcp_pcb *p, enum tcp_deadline d)
{
	p->deadline[d] = 0;
}
/* Arm the timer for the earliest deadline, unless it fires before that. */
void tcp_timer_rearm(struct net *n, struct tcp_pcb *p);
/* Set TD_RTX as the send queue needs it: a retransmission or tail loss probe
 * for data in flight, a zero-window probe for data that the window holds back,
 * else nothing. restart: count a running retransmission time-out from now
 * again. */
void tcp_rtx_arm(struct net *n, struct tcp_pcb *p, int restart);
/* Set TD_RTX to the retransmission time-out from now, with its backoff. */
void tcp_rto_arm(struct net *n, struct tcp_pcb *p);
void tcp_keep_arm(struct net *n, struct tcp_pcb *p);
void tcp_finwait2_arm(struct net *n, struct tcp_pcb *p);
/* Microseconds since the tick since. */
uint64_t tcp_elapsed_us(const struct net *n, uint32_t since);

#endif
