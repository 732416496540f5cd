/* SPDX-License-Identifier: MIT */
/*
 * tcp_listen.h - segments in LISTEN
 */
#ifndef IX_NET_TCP_LISTEN_H
#define IX_NET_TCP_LISTEN_H

#include "net/tcp/state/tcp_seg.h"

/*
 * RFC 9293 3.10.7.2. isn_min: the least initial sequence number that we may
 * use, as a TIME-WAIT of the same four-tuple was ended; 0: any. Returns a
 * connection if s acknowledges a SYN cookie, with which the caller processes s;
 * else NULL.
 */
struct tcp_pcb *tcp_listen_input(struct net *n, struct tcp_listener *l,
				 const struct tcp_seg *s, uint32_t isn_min);

#endif
