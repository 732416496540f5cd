/* SPDX-License-Identifier: MIT */
/*
 * tcp_urgent.h - the urgent pointers of segments that come
 */
#ifndef IX_NET_TCP_URGENT_H
#define IX_NET_TCP_URGENT_H

#include "net/tcp/state/tcp_seg.h"

/* Sixth: the URG bit; of a segment that has it, and of all while TF_URGENT. */
void tcp_urgent(struct net *n, struct tcp_pcb *p, const struct tcp_seg *s);

#endif
