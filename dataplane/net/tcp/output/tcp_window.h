/* SPDX-License-Identifier: MIT */
/*
 * tcp_window.h - the window that is offered to the peer
 */
#ifndef IX_NET_TCP_WINDOW_H
#define IX_NET_TCP_WINDOW_H

#include "net/tcp/state/tcp_stack.h"

/* The window field of a segment sent now; moves rcv_adv. */
uint16_t tcp_rcv_window(const struct net *n, struct tcp_pcb *p, int syn);
/* len of the bytes delivered are given back: the window may open. */
void tcp_rcv_done(struct net *n, struct tcp_pcb *p, uint32_t len);

#endif
