// SPDX-License-Identifier: MIT
/*
 * eth.c - Ethernet headers, and the frames that wait for the device
 *
 * RFC 894 (IP over Ethernet). Omitted: 802.1Q tags, RFC 1042.
 */
#include "net/eth/eth.h"

void eth_queue(struct net *n, struct rte_mbuf *m, uint16_t dev)
{
	if (unlikely(n->ntx == NET_TXQ)) {
		mbuf_drop(m, &n->stats.eth_drop_txq);
		return;
	}
	m->port = dev;
	n->txq[n->ntx++] = m;
	n->ntx_segs += m->nb_segs;
	STAT(n, eth_tx);
}

void eth_output(struct net *n, struct rte_mbuf *m, uint16_t dev,
		const struct rte_ether_addr *dst, uint16_t type)
{
	struct rte_ether_hdr *eth;

	eth = (void *)rte_pktmbuf_prepend(m, sizeof(*eth));
	if (unlikely(!eth)) {
		mbuf_drop(m, &n->stats.nobuf);
		return;
	}
	eth->dst_addr = *dst;
	eth->src_addr = n->sh->dev[dev].mac;
	eth->ether_type = rte_cpu_to_be_16(type);
	eth_queue(n, m, dev);
}
