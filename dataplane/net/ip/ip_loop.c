// SPDX-License-Identifier: MIT
/*
 * ip_loop.c - packets to ourselves
 *
 * The queue links packets through tx_offload, which means nothing on the way
 * in. What a packet causes to be sent to ourselves waits for the next round.
 */
#include "net/ip/ip_loop.h"

#include <errno.h>

#include "net/ip/ip_state.h"

int ip_loop(struct net *n, struct rte_mbuf *m)
{
	if (unlikely(n->ip->loop_count >= IP_LOOP_MAX)) {
		mbuf_drop(m, &n->stats.ip_drop_loop);
		return -ENOBUFS;
	}
	m->tx_offload = 0;
	if (n->loop_tail)
		n->loop_tail->tx_offload = (uintptr_t)m;
	else
		n->loop_head = m;
	n->loop_tail = m;
	n->ip->loop_count++;
	return 0;
}

unsigned ip_loop_count(const struct net *n)
{
	return n->ip->loop_count;
}

struct rte_mbuf *ip_loop_pop(struct net *n)
{
	struct rte_mbuf *m = n->loop_head;

	n->loop_head = (struct rte_mbuf *)(uintptr_t)m->tx_offload;
	if (!n->loop_head)
		n->loop_tail = NULL;
	m->tx_offload = 0;
	n->ip->loop_count--;
	return m;
}
