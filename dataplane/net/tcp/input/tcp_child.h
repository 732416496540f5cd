/* SPDX-License-Identifier: MIT */
/*
 * tcp_child.h - connections that a listener makes
 */
#ifndef IX_NET_TCP_CHILD_H
#define IX_NET_TCP_CHILD_H

#include "net/tcp/state/tcp_seg.h"

/* Make p, new, a child of l in SYN-RECEIVED: what s and l say; then what the
 * handshake agrees on; then it is found. -1: no way back to the sender. */
int tcp_child_init(struct net *n, const struct tcp_listener *l,
		   struct tcp_pcb *p, const struct tcp_seg *s);
void tcp_child_begin(struct net *n, struct tcp_pcb *p, uint32_t iss,
		     uint32_t irs, const struct tcp_opts *o);
void tcp_child_add(struct net *n, struct tcp_listener *l, struct tcp_pcb *p);

#endif
