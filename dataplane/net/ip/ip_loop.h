/* SPDX-License-Identifier: MIT */
/*
 * ip_loop.h - packets to ourselves
 */
#ifndef IX_NET_IP_LOOP_H
#define IX_NET_IP_LOOP_H

#include "net/common/mbuf.h"

#define IP_LOOP_MAX 1024 /* packets that may wait */

/* Queue a packet to ourselves; takes m over. 0 or -ENOBUFS. */
int ip_loop(struct net *n, struct rte_mbuf *m);

/* How many wait, and the first of them, where there is one. */
unsigned ip_loop_count(const struct net *n);
struct rte_mbuf *ip_loop_pop(struct net *n);

#endif
