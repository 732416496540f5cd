/* SPDX-License-Identifier: MIT */
/*
 * flow_input.h - packets that other elastic threads have handed over
 */
#ifndef IX_NET_FLOW_INPUT_H
#define IX_NET_FLOW_INPUT_H

#include "net/common/state.h"

/* Process at most budget records that elastic thread from has handed over.
 * Received packets are copied into mbufs of pool. Returns the number of
 * records. */
unsigned flow_input(struct net *n, struct rte_mempool *pool, uint32_t from,
		    unsigned budget);

#endif
