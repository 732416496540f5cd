/* SPDX-License-Identifier: MIT */
/*
 * tcp_ooo.h - bytes received out of order
 */
#ifndef IX_NET_TCP_OOO_H
#define IX_NET_TCP_OOO_H

#include "net/tcp/state/tcp_stack.h"

void tcp_ooo_insert(struct net *n, struct tcp_pcb *p, uint32_t seq,
		    struct mchain *c);
/* Forget what is farthest away until c, at seq, has room; 0: it is itself. */
int tcp_ooo_prune(struct net *n, struct tcp_pcb *p, uint32_t seq,
		  const struct mchain *c);
void tcp_ooo_deliver(struct net *n, struct tcp_pcb *p);
void tcp_ooo_free(struct net *n, struct tcp_pcb *p);
/* The same for bytes out of order, copied into mbufs of pool. */
int tcp_ooo_clone(struct net *to, struct tcp_pcb *q, const struct tcp_pcb *p,
		  struct rte_mempool *pool);
/* Write at most max SACK blocks, the newest first; how many. */
unsigned tcp_ooo_blocks(const struct tcp_pcb *p, struct tcp_range *r,
			unsigned max);

#endif
