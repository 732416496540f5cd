/* SPDX-License-Identifier: MIT */
/*
 * eth.h - Ethernet headers, and the frames that wait for the device
 */
#ifndef IX_NET_ETH_H
#define IX_NET_ETH_H

#include "net/common/mbuf.h"

/* Write an Ethernet header in front of m's data and queue the frame. */
void eth_output(struct net *n, struct rte_mbuf *m, uint16_t dev,
		const struct rte_ether_addr *dst, uint16_t type);

/* Queue a complete frame for device dev; drops and counts if txq is full. */
void eth_queue(struct net *n, struct rte_mbuf *m, uint16_t dev);

/* How many frames the transmit queue has room for. A frame of many mbufs counts
 * as several, so that the queue does not exhaust the mbuf pool. */
static inline unsigned net_tx_room(const struct net *n)
{
	unsigned used = RTE_MAX(n->ntx, n->ntx_segs / NET_TXQ_SEGS);

	return used < NET_TXQ ? NET_TXQ - used : 0;
}

static inline int eth_is_ours(const struct net *n, const struct rte_mbuf *m,
			      const struct rte_ether_hdr *eth)
{
	return rte_is_same_ether_addr(&eth->dst_addr,
				      &n->sh->dev[m->port].mac) ||
	       rte_is_broadcast_ether_addr(&eth->dst_addr);
}

#define ETH_DROPPED UINT32_MAX /* not an EtherType */

/* Remove the Ethernet header of a received frame. Returns its EtherType in
 * network order, or ETH_DROPPED if the frame was dropped. Inline, as it is
 * called for each frame. */
static inline uint32_t eth_input(struct net *n, struct rte_mbuf *m)
{
	const struct rte_ether_hdr *eth;

	STAT(n, eth_rx);
	if (unlikely(m->data_len < sizeof(*eth) || m->port >= n->sh->ndevs)) {
		mbuf_drop(m, &n->stats.eth_drop_short);
		return ETH_DROPPED;
	}
	eth = rte_pktmbuf_mtod(m, const struct rte_ether_hdr *);
	if (unlikely(!eth_is_ours(n, m, eth))) {
		mbuf_drop(m, &n->stats.eth_drop_dst);
		return ETH_DROPPED;
	}
	rte_pktmbuf_adj(m, sizeof(*eth));
	return eth->ether_type;
}

#endif
