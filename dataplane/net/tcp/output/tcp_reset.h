/* SPDX-License-Identifier: MIT */
/*
 * tcp_reset.h - resets and challenge acknowledgements
 */
#ifndef IX_NET_TCP_RESET_H
#define IX_NET_TCP_RESET_H

#include "net/tcp/state/tcp_seg.h"

/* Answer s, which belongs to no connection, with a RST (RFC 9293 3.5.2). */
void tcp_reset_reply(struct net *n, const struct tcp_seg *s);
/* Send a RST to the peer of p, which the caller then frees. */
void tcp_reset_send(struct net *n, struct tcp_pcb *p);
/* Send a challenge ACK (RFC 5961 7), at most one in half a second. */
void tcp_challenge(struct net *n, struct tcp_pcb *p);
/* Answer s, which is outside the window, with an ACK. */
void tcp_dup_ack(struct net *n, struct tcp_pcb *p, const struct tcp_seg *s);

#endif
