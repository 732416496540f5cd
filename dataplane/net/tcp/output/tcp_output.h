/* SPDX-License-Identifier: MIT */
/*
 * tcp_output.h - when segments may be sent
 */
#ifndef IX_NET_TCP_OUTPUT_H
#define IX_NET_TCP_OUTPUT_H

#include "net/tcp/state/tcp_stack.h"

/* All that p has to send and may; -EAGAIN or -ENOBUFS: later. */
int tcp_output(struct net *n, struct tcp_pcb *p);
/* A tail loss probe (RFC 8985 7.3): new data, or the last segment again. */
void tcp_send_tail(struct net *n, struct tcp_pcb *p);

#endif
