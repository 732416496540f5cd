/* SPDX-License-Identifier: MIT */
/*
 * tcp_child.h - connections that a listener makes
 */
#ifndef IX_NET_TCP_CHILD_H
#define IX_NET_TCP_CHILD_H

#include "net/tcp/state/tcp_seg.h"

/* Make the new pcb p a child of l in SYN-RECEIVED, in three steps: set what the
 * segment s and l determine (-1: there is no route to the sender); set what the
 * handshake agrees on; put it into the hash table and the backlog. */
int tcp_child_init(struct net *n, const struct tcp_listener *l,
		   struct tcp_pcb *p, const struct tcp_seg *s);
void tcp_child_begin(struct net *n, struct tcp_pcb *p, uint32_t iss,
		     uint32_t irs, const struct tcp_opts *o);
void tcp_child_add(struct net *n, struct tcp_listener *l, struct tcp_pcb *p);

#endif
