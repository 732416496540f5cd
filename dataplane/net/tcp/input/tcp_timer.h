/* SPDX-License-Identifier: MIT */
/*
 * tcp_timer.h - deadlines of connections that have come
 */
#ifndef IX_NET_TCP_TIMER_H
#define IX_NET_TCP_TIMER_H

#include "net/tcp/state/tcp_stack.h"

/* For struct tcp.fire: what tcp_pcb.timer does. */
void tcp_timer_fire(struct net *n, struct timer *timer);

#endif
