/* SPDX-License-Identifier: MIT */
/*
 * ip_loop.h - the queue of packets to our own addresses
 */
#ifndef IX_NET_IP_LOOP_H
#define IX_NET_IP_LOOP_H

#include "net/common/mbuf.h"

#define IP_LOOP_MAX 1024 /* packets that may wait */

/* Queue a packet to one of our own addresses. Takes m over in any case. 0, or
 * -ENOBUFS: the queue was full. */
int ip_loop(struct net *n, struct rte_mbuf *m);

/* The number of packets in the queue; and take the oldest, of which there must
 * be one. */
unsigned ip_loop_count(const struct net *n);
struct rte_mbuf *ip_loop_pop(struct net *n);

#endif
