/* SPDX-License-Identifier: MIT */
/*
 * tcp_syncookie.h - stateless handshakes by SYN cookies (RFC 4987 3.6)
 */
#ifndef IX_NET_TCP_SYNCOOKIE_H
#define IX_NET_TCP_SYNCOOKIE_H

#include "net/tcp/state/tcp_seg.h"

/* Answer the SYN s with a SYN cookie. No state is kept. */
void tcp_syncookie_send(struct net *n, const struct tcp_listener *l,
			const struct tcp_seg *s);
/* s is an ACK for no connection. 1: it acknowledges a SYN cookie, and *p_out is
 * the connection made for it, or NULL: there is no room. 0: it does not. */
int tcp_syncookie_input(struct net *n, struct tcp_listener *l,
			const struct tcp_seg *s, struct tcp_pcb **p_out);

#endif
