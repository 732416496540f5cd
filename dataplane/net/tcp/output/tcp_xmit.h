/* SPDX-License-Identifier: MIT */
/*
 * tcp_xmit.h - segments, built and sent
 */
#ifndef IX_NET_TCP_XMIT_H
#define IX_NET_TCP_XMIT_H

#include "net/tcp/state/tcp_seg.h"

/* -1 where no mbuf could be had. */
int tcp_xmit(struct net *n, struct tcp_pcb *p, uint32_t seq, uint32_t len,
	     uint8_t flags, unsigned cursor);
/* A segment that asks for an ACK: keepalive, zero window (as Linux). */
void tcp_send_probe(struct net *n, struct tcp_pcb *p);

#endif
