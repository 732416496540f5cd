/* SPDX-License-Identifier: MIT */
/*
 * arp_input.h - received ARP packets, and announcements (RFC 826, RFC 5227)
 */
#ifndef IX_NET_ARP_INPUT_H
#define IX_NET_ARP_INPUT_H

#include "net/common/state.h"

/* m's data begins at the ARP header. Takes m over. */
void arp_input(struct net *n, struct rte_mbuf *m);

/* Announce our addresses (RFC 5227 2.3), now and 2 s later. Called once, for
 * the elastic thread that has queue 0, when the links are up. */
void arp_announce(struct net *n);

#endif
