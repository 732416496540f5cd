/* SPDX-License-Identifier: MIT */
/*
 * tcp_rcvq.h - the receive queue: bytes received in order
 */
#ifndef IX_NET_TCP_RCVQ_H
#define IX_NET_TCP_RCVQ_H

#include "net/tcp/state/tcp_stack.h"

/* Bytes in the receive queue: those that the program has not given back. */
static inline uint32_t tcp_rcv_queued(const struct tcp_pcb *p)
{
	return p->rcv.len - p->rcv_done_off;
}

/* mbufs that hold received bytes of p, in order or not. */
static inline uint32_t tcp_rcv_held(const struct tcp_pcb *p)
{
	return p->rcv.segs + (p->ooo ? p->ooo->segs : 0);
}

/*
 * How many mbufs one connection may hold: an eighth of those that are free in
 * the first three quarters of the pool. So a few connections cannot take what
 * all need, and a quarter remains for the first segment of each.
 */
static inline uint32_t tcp_rcv_share(const struct net *n,
				     const struct rte_mempool *pool)
{
	uint32_t usable = pool->size / 4 * 3;

	return (usable - u32_min(n->tcp->rx_held, usable)) / TCP_POOL_SHARE;
}

/* May p hold the mbufs of c as well? */
int tcp_rcv_room(const struct net *n, const struct tcp_pcb *p,
		 const struct mchain *c);
/* Append c, which begins at rcv_nxt. Its mbufs are already counted in
 * struct tcp.rx_held. */
void tcp_rcv_append(struct net *n, struct tcp_pcb *p, struct mchain *c);
/* Free the first len bytes, which the program gives back. */
void tcp_rcv_give_back(struct net *n, struct tcp_pcb *p, uint32_t len);
void tcp_rcv_free(struct net *n, struct tcp_pcb *p);
/* Give q, of elastic thread to, a copy of p's queue in mbufs of pool. All of
 * its bytes are delivered by q, even if p has delivered them. 0 or -ENOBUFS. */
int tcp_rcv_clone(struct net *to, struct tcp_pcb *q, const struct tcp_pcb *p,
		  struct rte_mempool *pool);

#endif
