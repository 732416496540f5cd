/* SPDX-License-Identifier: MIT */
/*
 * tcp_synsent.h - segments in SYN-SENT
 */
#ifndef IX_NET_TCP_SYNSENT_H
#define IX_NET_TCP_SYNSENT_H

#include "net/tcp/state/tcp_seg.h"

/* TCP_GO: ESTABLISHED now, go on with the sixth step. */
enum tcp_verdict tcp_synsent_input(struct net *n, struct tcp_pcb *p,
				   struct tcp_seg *s);

#endif
