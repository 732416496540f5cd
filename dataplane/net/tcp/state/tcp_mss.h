/* SPDX-License-Identifier: MIT */
/*
 * tcp_mss.h - the maximum segment size, and the initial window
 */
#ifndef IX_NET_TCP_MSS_H
#define IX_NET_TCP_MSS_H

#include "net/tcp/state/tcp_stack.h"

/* The MSS that we announce: what fits our device's MTU. */
uint16_t tcp_mss_own(const struct net *n, const struct tcp_pcb *p);
/* In bytes: RFC 6928 2; one segment if the SYN was lost (RFC 5681 3.1). */
uint32_t tcp_initial_window(const struct tcp_pcb *p);
/* Set cwnd and ssthresh of a new connection. */
void tcp_cwnd_init(struct tcp_pcb *p);
/* Set mss and snd_max from the device, the path MTU, the peer's MSS and the
 * options in use. */
void tcp_mss_update(const struct net *n, struct tcp_pcb *p);

#endif
