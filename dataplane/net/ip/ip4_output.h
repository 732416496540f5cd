/* SPDX-License-Identifier: MIT */
/*
 * ip4_output.h - IPv4 headers and fragments, used by ip_output() only
 */
#ifndef IX_NET_IP4_OUTPUT_H
#define IX_NET_IP4_OUTPUT_H

#include "net/common/ip_packet.h"

/* As ip_output(), on a path that has a route. unresolved: the next hop's MAC
 * address is not known yet, so packets wait for it. */
int ip4_output(struct net *n, struct rte_mbuf *m, struct ip_path *p,
	       uint8_t proto, unsigned flags, int unresolved);

/* The same for a path to one of our own addresses (p->loop). */
int ip4_output_loop(struct net *n, struct rte_mbuf *m, const struct ip_path *p,
		    uint8_t proto);

#endif
