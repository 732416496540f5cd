/* SPDX-License-Identifier: MIT */
/*
 * tcp_recover.h - loss detection and recovery
 */
#ifndef IX_NET_TCP_RECOVER_H
#define IX_NET_TCP_RECOVER_H

#include "net/tcp/state/tcp_seg.h"

/* An acknowledgement came. */
void tcp_recover_ack(struct net *n, struct tcp_pcb *p,
		     const struct tcp_ackinfo *a);
/* The retransmission time-out is over. */
void tcp_recover_rto(struct net *n, struct tcp_pcb *p);
/* p->mss became smaller: send again what is in flight. */
void tcp_recover_mss(struct net *n, struct tcp_pcb *p);
/* Nothing is lost: for a connection whose numbers were just set. */
void tcp_recover_reset(struct tcp_pcb *p);

#endif
