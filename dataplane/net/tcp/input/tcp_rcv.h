/* SPDX-License-Identifier: MIT */
/*
 * tcp_rcv.h - received bytes that are next in order
 */
#ifndef IX_NET_TCP_RCV_H
#define IX_NET_TCP_RCV_H

#include "net/tcp/state/tcp_seg.h"

/* Queue c, the payload of s, which begins at rcv_nxt, and decide when it is
 * acknowledged. Takes c over. */
void tcp_rcv_data(struct net *n, struct tcp_pcb *p, struct mchain *c,
		  const struct tcp_seg *s);

#endif
