/* SPDX-License-Identifier: MIT */
/*
 * tcp_hash.h - connections by address and port
 */
#ifndef IX_NET_TCP_HASH_H
#define IX_NET_TCP_HASH_H

#include "net/tcp/state/tcp_stack.h"

int tcp_hash_init(struct tcp *t, struct arena *a, uint32_t max_conns,
		  const uint64_t seed[2]);
void tcp_hash_clear(struct tcp *t);
void tcp_hash_insert(struct tcp *t, struct tcp_pcb *p);
void tcp_hash_remove(struct tcp *t, struct tcp_pcb *p);
struct tcp_pcb *tcp_hash_find(const struct tcp *t, const struct ix_addr *lip,
			      uint16_t lport, const struct ix_addr *rip,
			      uint16_t rport);
uint32_t tcp_tuple_hash(const struct tcp *t, const struct ix_addr *lip,
			uint16_t lport, const struct ix_addr *rip,
			uint16_t rport);

/* Remove p from the table, and tell the elastic thread that hands its segments
 * over, if another one owns its flow group. */
void tcp_unhash(struct net *n, struct tcp_pcb *p);
/* The elastic thread that owns p's flow group. */
uint32_t tcp_pcb_owner(const struct net *n, const struct tcp_pcb *p);

#endif
