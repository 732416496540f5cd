/* SPDX-License-Identifier: MIT */
/*
 * tcp_cookie.h - what a SYN cookie says
 */
#ifndef IX_NET_TCP_COOKIE_H
#define IX_NET_TCP_COOKIE_H

#include "net/tcp/state/tcp_seg.h"

/* The initial sequence number that answers the SYN s, and the timestamp of
 * that answer. */
uint32_t tcp_syncookie_isn(struct net *n, struct tcp_pcb *p,
			   const struct tcp_seg *s);
uint32_t tcp_syncookie_ts(const struct net *n, const struct tcp_pcb *p);
/* Of what a SYN offers: what comes back with a cookie. */
void tcp_syncookie_opts(struct tcp_opts *o);
/* Have cookies been given that may still come back? */
int tcp_syncookie_recent(const struct net *n);
/* What the peer's SYN offered; 0, or -1: s acknowledges no cookie. */
int tcp_syncookie_decode(struct net *n, const struct tcp_seg *s,
			 struct tcp_opts *o);

#endif
