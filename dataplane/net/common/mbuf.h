/* SPDX-License-Identifier: MIT */
/*
 * mbuf.h - mbuf chains: allocating, trimming, dropping
 */
#ifndef IX_NET_MBUF_H
#define IX_NET_MBUF_H

#include "net/common/state.h"

/* An mbuf with NET_HEADROOM bytes free before its (empty) data, or NULL. */
struct rte_mbuf *net_alloc(struct net *n);

/* Make the first want bytes of m contiguous: 0 or -ENOBUFS. */
int mbuf_pullup(struct rte_mbuf *m, uint32_t want);

/* Drop bytes off the front of a chain, len < m->pkt_len. */
void mbuf_adj(struct rte_mbuf *m, uint32_t len);

/* Cut a chain to its first len bytes, at most m->pkt_len. */
void mbuf_trim_to(struct rte_mbuf *m, uint32_t len);

/* Free m and count it in counter, which is that of the reason. */
static inline void mbuf_drop(struct rte_mbuf *m, uint64_t *counter)
{
	(*counter)++;
	rte_pktmbuf_free(m);
}

#endif
