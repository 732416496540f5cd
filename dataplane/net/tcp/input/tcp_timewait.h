/* SPDX-License-Identifier: MIT */
/*
 * tcp_timewait.h - segments in TIME-WAIT
 */
#ifndef IX_NET_TCP_TIMEWAIT_H
#define IX_NET_TCP_TIMEWAIT_H

#include "net/tcp/state/tcp_seg.h"

void tcp_timewait_input(struct net *n, struct tcp_pcb *p, struct tcp_seg *s);

#endif
