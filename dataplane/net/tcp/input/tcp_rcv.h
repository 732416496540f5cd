/* SPDX-License-Identifier: MIT */
/*
 * tcp_rcv.h - bytes that are next in order
 */
#ifndef IX_NET_TCP_RCV_H
#define IX_NET_TCP_RCV_H

#include "net/tcp/state/tcp_seg.h"

/* The payload of s, in order: queue it and decide about its
 * acknowledgement. Takes c, which begins at rcv_nxt. */
void tcp_rcv_data(struct net *n, struct tcp_pcb *p, struct mchain *c,
		  const struct tcp_seg *s);

#endif
