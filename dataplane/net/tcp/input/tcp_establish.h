/* SPDX-License-Identifier: MIT */
/*
 * tcp_establish.h - entering ESTABLISHED
 */
#ifndef IX_NET_TCP_ESTABLISH_H
#define IX_NET_TCP_ESTABLISH_H

#include "net/tcp/state/tcp_seg.h"

/* s acknowledges our SYN, and we have the peer's: enter ESTABLISHED, unless the
 * listener holds p back (TCP_DROP, see tcp_backlog_knock()). */
enum tcp_verdict tcp_established(struct net *n, struct tcp_pcb *p,
				 const struct tcp_seg *s);

#endif
