/* SPDX-License-Identifier: MIT */
/*
 * tcp_output.h - when segments may be sent
 */
#ifndef IX_NET_TCP_OUTPUT_H
#define IX_NET_TCP_OUTPUT_H

#include "net/tcp/state/tcp_stack.h"

/* Send all that p has to send and may send. 0; -EAGAIN: the transmit queue is
 * full; -ENOBUFS: no mbuf. After an error it is to be tried again. */
int tcp_output(struct net *n, struct tcp_pcb *p);
/* Send a tail loss probe (RFC 8985 7.3): new data, or the last segment
 * again. */
void tcp_send_tail(struct net *n, struct tcp_pcb *p);

#endif
