/* SPDX-License-Identifier: MIT */
/*
 * tcp_reset.h - resets and challenge acknowledgements
 */
#ifndef IX_NET_TCP_RESET_H
#define IX_NET_TCP_RESET_H

#include "net/tcp/state/tcp_seg.h"

void tcp_reset_reply(struct net *n, const struct tcp_seg *s);
void tcp_reset_send(struct net *n, struct tcp_pcb *p);
void tcp_challenge(struct net *n, struct tcp_pcb *p);
void tcp_dup_ack(struct net *n, struct tcp_pcb *p, const struct tcp_seg *s);

#endif
