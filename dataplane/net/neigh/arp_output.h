/* SPDX-License-Identifier: MIT */
/*
 * arp_output.h - ARP packets that we send; all IP addresses here are IPv4
 */
#ifndef IX_NET_ARP_OUTPUT_H
#define IX_NET_ARP_OUTPUT_H

#include "net/common/ip_addr.h"

extern const struct rte_ether_addr arp_all; /* the broadcast address */

/* Send an ARP packet to MAC address to. op: RTE_ARP_OP_*; src: our address;
 * tha, target: the packet's target hardware and protocol address. */
void arp_send(struct net *n, uint16_t dev, uint16_t op,
	      const struct rte_ether_addr *to, const struct ix_addr *src,
	      const struct rte_ether_addr *tha, const struct ix_addr *target);

/* Send a request for the MAC address of target to MAC address to, which is that
 * of the neighbour where it is only to be confirmed, else arp_all. */
void arp_request(struct net *n, uint16_t dev, const struct rte_ether_addr *to,
		 const struct ix_addr *src, const struct ix_addr *target);

#endif
