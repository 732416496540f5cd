/* SPDX-License-Identifier: MIT */
/*
 * tcp_ack.h - acknowledgements of what we sent
 */
#ifndef IX_NET_TCP_ACK_H
#define IX_NET_TCP_ACK_H

#include "net/tcp/state/tcp_seg.h"

enum tcp_verdict tcp_ack(struct net *n, struct tcp_pcb *p, struct tcp_seg *s);
void tcp_ack_advance(struct net *n, struct tcp_pcb *p, const struct tcp_seg *s,
		     struct tcp_ackinfo *a);
void tcp_window_update(struct net *n, struct tcp_pcb *p,
		       const struct tcp_seg *s);

#endif
