/* SPDX-License-Identifier: MIT */
/*
 * tcp_listen.h - segments in LISTEN
 */
#ifndef IX_NET_TCP_LISTEN_H
#define IX_NET_TCP_LISTEN_H

#include "net/tcp/state/tcp_seg.h"

/*
 * RFC 9293 3.10.7.2. isn_min: our numbers must begin at or above it (a
 * TIME-WAIT of the same tuple was ended); 0: anywhere. The connection that s is
 * a segment of after all, for it acknowledges a SYN cookie; or NULL.
 */
struct tcp_pcb *tcp_listen_input(struct net *n, struct tcp_listener *l,
				 const struct tcp_seg *s, uint32_t isn_min);

#endif
