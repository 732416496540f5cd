/* SPDX-License-Identifier: MIT */
/*
 * tcp_life.h - life and death of connections
 */
#ifndef IX_NET_TCP_LIFE_H
#define IX_NET_TCP_LIFE_H

#include "net/tcp/state/tcp_stack.h"

void tcp_pcb_init(const struct net *n, struct tcp_pcb *p);
struct tcp_pcb *tcp_pcb_alloc(struct net *n);
/* For a connection whose peer has shown that it is there, or ours: one that
 * is half-open yields. */
struct tcp_pcb *tcp_pcb_claim(struct net *n);
/* Forget the half-open connection that has waited longest; 0: there is none. */
int tcp_syn_evict(struct net *n);
void tcp_pcb_free(struct net *n, struct tcp_pcb *p);
void tcp_kill(struct net *n, struct tcp_pcb *p, int err);
/* Free p if both the protocol and the program are done with it. */
void tcp_pcb_reap(struct net *n, struct tcp_pcb *p);
void tcp_tell_dead(struct net *n, struct tcp_pcb *p, int err);
void tcp_time_wait(struct net *n, struct tcp_pcb *p);
void tcp_tw_end(struct net *n, struct tcp_pcb *p);
void tcp_linger_update(struct net *n, struct tcp_pcb *p);
/* The pcb of a handle that the program may use, or NULL. */
struct tcp_pcb *tcp_pcb_get(struct net *n, ix_handle_t h);

/* For struct tcp.tw_timer. */
void tcp_tw_timer(struct net *n, struct timer *timer);

#endif
