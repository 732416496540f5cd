/* SPDX-License-Identifier: MIT */
/*
 * tcp_window.h - the receive window that is advertised to the peer
 */
#ifndef IX_NET_TCP_WINDOW_H
#define IX_NET_TCP_WINDOW_H

#include "net/tcp/state/tcp_stack.h"

/* The window field of a segment that is sent now, which moves rcv_adv. syn: it
 * is a SYN, whose window is not scaled. */
uint16_t tcp_rcv_window(const struct net *n, struct tcp_pcb *p, int syn);
/* The program gives back len bytes that were delivered: free them, and tell the
 * peer if the window has opened enough. */
void tcp_rcv_done(struct net *n, struct tcp_pcb *p, uint32_t len);

#endif
