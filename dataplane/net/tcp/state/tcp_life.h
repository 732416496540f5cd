/* SPDX-License-Identifier: MIT */
/*
 * tcp_life.h - life and death of connections
 */
#ifndef IX_NET_TCP_LIFE_H
#define IX_NET_TCP_LIFE_H

#include "net/tcp/state/tcp_stack.h"

void tcp_pcb_init(const struct net *n, struct tcp_pcb *p);
struct tcp_pcb *tcp_pcb_alloc(struct net *n);
/* As tcp_pcb_alloc(), for a connection that the program opens or whose peer has
 * proved its address: if none is free, the oldest half-open one is dropped. */
struct tcp_pcb *tcp_pcb_claim(struct net *n);
/* Drop the oldest half-open connection: 1, or 0: there is none. */
int tcp_syn_evict(struct net *n);
void tcp_pcb_free(struct net *n, struct tcp_pcb *p);
/* The connection is over; err: errno for the program. p may be freed. */
void tcp_kill(struct net *n, struct tcp_pcb *p, int err);
/* Free p if both the protocol and the program are done with it. */
void tcp_pcb_reap(struct net *n, struct tcp_pcb *p);
/* Raise DEAD, or a failed CONNECTED, unless that was done before. */
void tcp_tell_dead(struct net *n, struct tcp_pcb *p, int err);
void tcp_time_wait(struct net *n, struct tcp_pcb *p);
void tcp_tw_end(struct net *n, struct tcp_pcb *p);
/* Count p in struct tcp.lingering, or no longer, after its state, its send
 * queue or its FIN flags have changed. */
void tcp_linger_update(struct net *n, struct tcp_pcb *p);
/* The pcb of a handle that the program may use, or NULL. */
struct tcp_pcb *tcp_pcb_get(struct net *n, ix_handle_t h);

/* The function of struct tcp.tw_timer: end the TIME-WAITs that are over. */
void tcp_tw_timer(struct net *n, struct timer *timer);

#endif
