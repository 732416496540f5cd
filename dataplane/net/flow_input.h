/* SPDX-License-Identifier: MIT */
/*
 * flow_input.h - what other elastic threads have handed over
 */
#ifndef IX_NET_FLOW_INPUT_H
#define IX_NET_FLOW_INPUT_H

#include "net/common/state.h"

/* Handle at most budget records that from has handed over; mbufs of received
 * packets are of pool. How many it were. */
unsigned flow_input(struct net *n, struct rte_mempool *pool, uint32_t from,
		    unsigned budget);

#endif
