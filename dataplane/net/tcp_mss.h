/* SPDX-License-Identifier: MIT */
/*
 * tcp_mss.h - the size of segments
 */
#ifndef IX_NET_TCP_MSS_H
#define IX_NET_TCP_MSS_H

#include "net/tcp_stack.h"

/* What we announce. */
uint16_t tcp_mss_own(const struct net *n, const struct tcp_pcb *p);
void tcp_mss_update(const struct net *n, struct tcp_pcb *p);

#endif
