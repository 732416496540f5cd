/* SPDX-License-Identifier: MIT */
/*
 * tcp_establish.h - both SYNs are acknowledged
 */
#ifndef IX_NET_TCP_ESTABLISH_H
#define IX_NET_TCP_ESTABLISH_H

#include "net/tcp/state/tcp_seg.h"

/* Both SYNs are acknowledged: enter ESTABLISHED. */
enum tcp_verdict tcp_established(struct net *n, struct tcp_pcb *p,
				 const struct tcp_seg *s);

#endif
