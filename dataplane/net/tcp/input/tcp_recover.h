/* SPDX-License-Identifier: MIT */
/*
 * tcp_recover.h - loss: when it is noticed, and how it is repaired
 */
#ifndef IX_NET_TCP_RECOVER_H
#define IX_NET_TCP_RECOVER_H

#include "net/tcp/state/tcp_seg.h"

void tcp_recover_ack(struct net *n, struct tcp_pcb *p,
		     const struct tcp_ackinfo *a);
void tcp_recover_rto(struct net *n, struct tcp_pcb *p);
void tcp_recover_mss(struct net *n, struct tcp_pcb *p);
void tcp_recover_reset(struct tcp_pcb *p);

#endif
