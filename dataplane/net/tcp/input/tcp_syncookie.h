/* SPDX-License-Identifier: MIT */
/*
 * tcp_syncookie.h - handshakes without a state
 */
#ifndef IX_NET_TCP_SYNCOOKIE_H
#define IX_NET_TCP_SYNCOOKIE_H

#include "net/tcp/state/tcp_seg.h"

/* Answer a SYN, and forget it. */
void tcp_syncookie_send(struct net *n, const struct tcp_listener *l,
			const struct tcp_seg *s);
/* An ACK that belongs to no connection: 1, it acknowledged a cookie, and p_out
 * is the connection that it is a segment of, or NULL where there is no room. */
int tcp_syncookie_input(struct net *n, struct tcp_listener *l,
			const struct tcp_seg *s, struct tcp_pcb **p_out);

#endif
