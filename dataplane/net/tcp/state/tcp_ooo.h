/* SPDX-License-Identifier: MIT */
/*
 * tcp_ooo.h - bytes received out of order
 */
#ifndef IX_NET_TCP_OOO_H
#define IX_NET_TCP_OOO_H

#include "net/tcp/state/tcp_stack.h"

/* Queue c, which begins at seq, behind rcv_nxt and inside the window. Takes the
 * mbufs of c, or frees them. */
void tcp_ooo_insert(struct net *n, struct tcp_pcb *p, uint32_t seq,
		    struct mchain *c);
/* Drop the queued bytes that are farthest from rcv_nxt until there is room for
 * c, which begins at seq: 1, or 0: there is no room, as all that is left lies
 * before seq. */
int tcp_ooo_prune(struct net *n, struct tcp_pcb *p, uint32_t seq,
		  const struct mchain *c);
/* Move the bytes that follow rcv_nxt to the receive queue. p->ooo is set. */
void tcp_ooo_deliver(struct net *n, struct tcp_pcb *p);
void tcp_ooo_free(struct net *n, struct tcp_pcb *p);
/* Give q, of elastic thread to, a copy of p's bytes in mbufs of pool. 0 or
 * -ENOBUFS. */
int tcp_ooo_clone(struct net *to, struct tcp_pcb *q, const struct tcp_pcb *p,
		  struct rte_mempool *pool);
/* Write at most max SACK blocks to r, a D-SACK first, then the runs that grew
 * last. Returns how many. */
unsigned tcp_ooo_blocks(const struct tcp_pcb *p, struct tcp_range *r,
			unsigned max);

#endif
