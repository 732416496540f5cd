/* SPDX-License-Identifier: MIT */
/*
 * tcp_timer.h - handling the deadlines of connections
 */
#ifndef IX_NET_TCP_TIMER_H
#define IX_NET_TCP_TIMER_H

#include "net/tcp/state/tcp_stack.h"

/* The function of tcp_pcb.timer (struct tcp.fire): handle every deadline that
 * has passed. */
void tcp_timer_fire(struct net *n, struct timer *timer);

#endif
