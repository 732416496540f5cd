/* SPDX-License-Identifier: MIT */
/*
 * tcp_arm.h - deadlines of connections that are set
 */
#ifndef IX_NET_TCP_ARM_H
#define IX_NET_TCP_ARM_H

#include "net/tcp/state/tcp_stack.h"

void tcp_timer_set(struct net *n, struct tcp_pcb *p, enum tcp_deadline d,
		   uint64_t us);
static inline void tcp_timer_clear(struct tcp_pcb *p, enum tcp_deadline d)
{
	p->deadline[d] = 0;
}
/* Arm the timer for the earliest deadline, if it is not early enough. */
void tcp_timer_rearm(struct net *n, struct tcp_pcb *p);
/* Arm what unacknowledged or blocked data need; restart: from now on. */
void tcp_rtx_arm(struct net *n, struct tcp_pcb *p, int restart);
/* What is unacknowledged is lost when the retransmission time-out is over. */
void tcp_rto_arm(struct net *n, struct tcp_pcb *p);
void tcp_keep_arm(struct net *n, struct tcp_pcb *p);
void tcp_finwait2_arm(struct net *n, struct tcp_pcb *p);
/* Since a tick. */
uint64_t tcp_elapsed_us(const struct net *n, uint32_t since);

#endif
