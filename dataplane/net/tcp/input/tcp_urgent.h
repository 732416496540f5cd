/* SPDX-License-Identifier: MIT */
/*
 * tcp_urgent.h - the urgent pointers of received segments
 */
#ifndef IX_NET_TCP_URGENT_H
#define IX_NET_TCP_URGENT_H

#include "net/tcp/state/tcp_seg.h"

/* RFC 9293 3.10.7.4, sixth: the URG bit. Called for each segment that has it,
 * and for every segment while p has TF_URGENT. */
void tcp_urgent(struct net *n, struct tcp_pcb *p, const struct tcp_seg *s);

#endif
