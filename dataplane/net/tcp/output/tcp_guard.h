/* SPDX-License-Identifier: MIT */
/*
 * tcp_guard.h - filtering of received packets, and pacing, for TF_GUARDED
 */
#ifndef IX_NET_TCP_GUARD_H
#define IX_NET_TCP_GUARD_H

#include "net/tcp/state/tcp_stack.h"

/* Does a socket with settings c take the packet? If not, it is counted, and to
 * be dropped without an answer. */
int tcp_admits(struct net *n, const struct tcp_conf *c, const struct ip_rx *rx);
/* May p send now? 0: not before its TD_CORK, which is set. */
int tcp_may_pace(struct net *n, struct tcp_pcb *p);
/* len bytes were sent: compute when the next segment may be. */
void tcp_paced(struct tcp_pcb *p, uint32_t len);

#endif
