/* SPDX-License-Identifier: MIT */
/*
 * tcp_backlog.h - connections that are not accepted yet
 */
#ifndef IX_NET_TCP_BACKLOG_H
#define IX_NET_TCP_BACKLOG_H

#include "net/tcp/state/tcp_seg.h"

/* p is half-open. */
void tcp_backlog_add(struct tcp *t, struct tcp_listener *l, struct tcp_pcb *p);
/* A child of l, or NULL. */
struct tcp_pcb *tcp_backlog_first(const struct tcp *t,
				  const struct tcp_listener *l);
/* p is no child of its listener any more. */
void tcp_listener_leave(struct net *n, struct tcp_pcb *p);
/* The handshake of a child is complete: RFC 9293 3.10.7.4, fifth. */
enum tcp_verdict tcp_backlog_knock(struct net *n, struct tcp_pcb *p,
				   const struct tcp_seg *s);
/* How many connections are half-open, of what may be? */
enum tcp_syn_load { SYN_FEW, SYN_MANY, SYN_FULL };
enum tcp_syn_load tcp_syn_load(const struct tcp *t,
			       const struct tcp_listener *l);

#endif
