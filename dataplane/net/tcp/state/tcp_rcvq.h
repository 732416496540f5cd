/* SPDX-License-Identifier: MIT */
/*
 * tcp_rcvq.h - bytes received in order
 */
#ifndef IX_NET_TCP_RCVQ_H
#define IX_NET_TCP_RCVQ_H

#include "net/tcp/state/tcp_stack.h"

/* Bytes that the program has not given back. */
static inline uint32_t tcp_rcv_queued(const struct tcp_pcb *p)
{
	return p->rcv.len - p->rcv_done_off;
}

/* mbufs of p, of bytes in order or not. */
static inline uint32_t tcp_rcv_held(const struct tcp_pcb *p)
{
	return p->rcv.segs + (p->ooo ? p->ooo->segs : 0);
}

/*
 * How many mbufs may one connection hold? An eighth of what is left of three
 * quarters of the pool: a few cannot take what all need, and the last quarter is
 * for the first segment of each.
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
/* The next sequence numbers; buffers are counted in rx_held already. */
void tcp_rcv_append(struct net *n, struct tcp_pcb *p, struct mchain *c);
/* len of the bytes delivered are given back. */
void tcp_rcv_give_back(struct net *n, struct tcp_pcb *p, uint32_t len);
void tcp_rcv_free(struct net *n, struct tcp_pcb *p);
/* The same for bytes not given back; all of them are to be delivered (again). */
int tcp_rcv_clone(struct net *to, struct tcp_pcb *q, const struct tcp_pcb *p,
		  struct rte_mempool *pool);

#endif
