/* SPDX-License-Identifier: MIT */
/*
 * tcp_backlog.h - connections that are not accepted yet
 */
#ifndef IX_NET_TCP_BACKLOG_H
#define IX_NET_TCP_BACKLOG_H

#include "net/tcp/state/tcp_seg.h"

/* Make p, in SYN-RECEIVED, a half-open child of l. */
void tcp_backlog_add(struct tcp *t, struct tcp_listener *l, struct tcp_pcb *p);
/* A child of l that is not accepted yet, or NULL. */
struct tcp_pcb *tcp_backlog_first(const struct tcp *t,
				  const struct tcp_listener *l);
/* Take p, accepted or dead, off the lists of its listener, if it has one. */
void tcp_listener_leave(struct net *n, struct tcp_pcb *p);
/* Segment s completes the handshake of p (RFC 9293 3.10.7.4, fifth): TCP_GO:
 * KNOCK was raised. TCP_DROP: p stays half-open, as the backlog is full or the
 * listener waits for data (TCP_DEFER_ACCEPT). */
enum tcp_verdict tcp_backlog_knock(struct net *n, struct tcp_pcb *p,
				   const struct tcp_seg *s);
/* The number of half-open connections of l, or of all listeners, compared to
 * its bound: at most half of it, more, or none may be added. */
enum tcp_syn_load { SYN_FEW, SYN_MANY, SYN_FULL };
enum tcp_syn_load tcp_syn_load(const struct tcp *t,
			       const struct tcp_listener *l);

#endif
