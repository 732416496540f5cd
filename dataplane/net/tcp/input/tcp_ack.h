/* SPDX-License-Identifier: MIT */
/*
 * tcp_ack.h - acknowledgements of what we sent
 */
#ifndef IX_NET_TCP_ACK_H
#define IX_NET_TCP_ACK_H

#include "net/tcp/state/tcp_seg.h"

/* RFC 9293 3.10.7.4, fifth: the ACK field of s. */
enum tcp_verdict tcp_ack(struct net *n, struct tcp_pcb *p, struct tcp_seg *s);
/* Move snd_una to the ACK of s, which is new; fills in a. */
void tcp_ack_advance(struct net *n, struct tcp_pcb *p, const struct tcp_seg *s,
		     struct tcp_ackinfo *a);
/* Take the send window from s if that is newer than SND.WL1 and SND.WL2. */
void tcp_window_update(struct net *n, struct tcp_pcb *p,
		       const struct tcp_seg *s);

#endif
