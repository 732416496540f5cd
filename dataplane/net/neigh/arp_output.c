// SPDX-License-Identifier: MIT
/*
 * arp_output.c - ARP packets that we send (RFC 826, packet generation)
 */
#include "net/neigh/arp_output.h"

#include <rte_arp.h>

#include "net/eth/eth.h"

const struct rte_ether_addr arp_all = { { 0xff, 0xff, 0xff, 0xff, 0xff,
					  0xff } };

void arp_send(struct net *n, uint16_t dev, uint16_t op,
	      const struct rte_ether_addr *to, const struct ix_addr *src,
	      const struct rte_ether_addr *tha, const struct ix_addr *target)
{
	struct rte_mbuf *m = net_alloc(n);
	struct rte_arp_hdr *a;

	if (!m)
		return;
	a = (void *)rte_pktmbuf_append(m, sizeof(*a));
	a->arp_hardware = RTE_BE16(RTE_ARP_HRD_ETHER);
	a->arp_protocol = RTE_BE16(RTE_ETHER_TYPE_IPV4);
	a->arp_hlen = RTE_ETHER_ADDR_LEN;
	a->arp_plen = sizeof(uint32_t);
	a->arp_opcode = rte_cpu_to_be_16(op);
	a->arp_data.arp_sha = n->sh->dev[dev].mac;
	a->arp_data.arp_sip = addr_v4(src);
	a->arp_data.arp_tha = *tha;
	a->arp_data.arp_tip = addr_v4(target);
	STAT(n, arp_tx);
	eth_output(n, m, dev, to, RTE_ETHER_TYPE_ARP);
}

void arp_request(struct net *n, uint16_t dev, const struct rte_ether_addr *to,
		 const struct ix_addr *src, const struct ix_addr *target)
{
	static const struct rte_ether_addr unknown;

	arp_send(n, dev, RTE_ARP_OP_REQUEST, to, src, &unknown, target);
}
