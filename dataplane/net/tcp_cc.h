/* SPDX-License-Identifier: MIT */
/*
 * tcp_cc.h - congestion control
 */
#ifndef IX_NET_TCP_CC_H
#define IX_NET_TCP_CC_H

#include "net/tcp_seg.h"

void tcp_cc_init(struct tcp_pcb *p);
void tcp_cc_ack(const struct net *n, struct tcp_pcb *p,
		const struct tcp_ackinfo *a);
void tcp_cc_loss(struct tcp_pcb *p);
void tcp_cc_idle(struct tcp_pcb *p);

#endif
