/* SPDX-License-Identifier: MIT */
/*
 * tcp_synsent.h - segments in SYN-SENT
 */
#ifndef IX_NET_TCP_SYNSENT_H
#define IX_NET_TCP_SYNSENT_H

#include "net/tcp/state/tcp_seg.h"

/* RFC 9293 3.10.7.3. TCP_GO: p is now ESTABLISHED, and the caller goes on with
 * the sixth step of 3.10.7.4. */
enum tcp_verdict tcp_synsent_input(struct net *n, struct tcp_pcb *p,
				   struct tcp_seg *s);

#endif
