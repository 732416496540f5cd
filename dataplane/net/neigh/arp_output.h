/* SPDX-License-Identifier: MIT */
/*
 * arp_output.h - ARP packets that we send; addresses are IPv4
 */
#ifndef IX_NET_ARP_OUTPUT_H
#define IX_NET_ARP_OUTPUT_H

#include "net/common/ip_addr.h"

extern const struct rte_ether_addr arp_all; /* the broadcast address */

/* op: RTE_ARP_OP_*; tha, target: of the neighbour. */
void arp_send(struct net *n, uint16_t dev, uint16_t op,
	      const struct rte_ether_addr *to, const struct ix_addr *src,
	      const struct rte_ether_addr *tha, const struct ix_addr *target);

/* Who has target? */
void arp_request(struct net *n, uint16_t dev, const struct rte_ether_addr *to,
		 const struct ix_addr *src, const struct ix_addr *target);

#endif
