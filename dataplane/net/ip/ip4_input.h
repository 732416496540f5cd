/* SPDX-License-Identifier: MIT */
/*
 * ip4_input.h - IPv4 input
 */
#ifndef IX_NET_IP4_INPUT_H
#define IX_NET_IP4_INPUT_H

#include "net/common/state.h"

/* m's data begins at the IP header. looped: this host sent it to itself. Takes
 * m over. */
void ip4_input(struct net *n, struct rte_mbuf *m, int looped);

#endif
