/* SPDX-License-Identifier: MIT */
/*
 * tcp_mss.h - the size of segments, and how many may go at first
 */
#ifndef IX_NET_TCP_MSS_H
#define IX_NET_TCP_MSS_H

#include "net/tcp/state/tcp_stack.h"

/* What we announce. */
uint16_t tcp_mss_own(const struct net *n, const struct tcp_pcb *p);
/* RFC 6928 2; RFC 5681 3.1: one segment if the SYN was lost. */
uint32_t tcp_initial_window(const struct tcp_pcb *p);
/* Nothing is known of the path. */
void tcp_cwnd_init(struct tcp_pcb *p);
void tcp_mss_update(const struct net *n, struct tcp_pcb *p);

#endif
