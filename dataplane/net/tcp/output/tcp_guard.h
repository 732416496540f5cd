/* SPDX-License-Identifier: MIT */
/*
 * tcp_guard.h - whom a socket does not hear, and how fast it may speak
 */
#ifndef IX_NET_TCP_GUARD_H
#define IX_NET_TCP_GUARD_H

#include "net/tcp/state/tcp_stack.h"

/* Is the packet let in, or dropped without a word? */
int tcp_admits(struct net *n, const struct tcp_conf *c, const struct ip_rx *rx);
/* May p send now? 0: its timer will say when. */
int tcp_may_pace(struct net *n, struct tcp_pcb *p);
/* len bytes were sent. */
void tcp_paced(struct tcp_pcb *p, uint32_t len);

#endif
