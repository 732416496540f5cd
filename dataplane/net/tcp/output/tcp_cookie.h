/* SPDX-License-Identifier: MIT */
/*
 * tcp_cookie.h - encoding and decoding of SYN cookies
 */
#ifndef IX_NET_TCP_COOKIE_H
#define IX_NET_TCP_COOKIE_H

#include "net/tcp/state/tcp_seg.h"

/* The initial sequence number of the SYN-ACK that answers SYN s, which is the
 * cookie, and the timestamp of that SYN-ACK. */
uint32_t tcp_syncookie_isn(struct net *n, struct tcp_pcb *p,
			   const struct tcp_seg *s);
uint32_t tcp_syncookie_ts(const struct net *n, const struct tcp_pcb *p);
/* Reduce the options of a SYN to those that a cookie can carry. */
void tcp_syncookie_opts(struct tcp_opts *o);
/* Was a cookie sent that is not too old to be acknowledged? */
int tcp_syncookie_recent(const struct net *n);
/* Recover from the ACK s what the peer's SYN offered, into *o. 0, or -1: s
 * acknowledges no cookie of ours. */
int tcp_syncookie_decode(struct net *n, const struct tcp_seg *s,
			 struct tcp_opts *o);

#endif
