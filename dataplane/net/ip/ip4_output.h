/* SPDX-License-Identifier: MIT */
/*
 * ip4_output.h - IPv4 headers and fragments, for ip_output() alone
 */
#ifndef IX_NET_IP4_OUTPUT_H
#define IX_NET_IP4_OUTPUT_H

#include "net/common/ip_packet.h"

/* As ip_output(), on a path that has a route; unresolved: the next hop's MAC
 * is not known yet. */
int ip4_output(struct net *n, struct rte_mbuf *m, struct ip_path *p,
	       uint8_t proto, unsigned flags, int unresolved);

/* To ourselves. */
int ip4_output_loop(struct net *n, struct rte_mbuf *m, const struct ip_path *p,
		    uint8_t proto);

#endif
