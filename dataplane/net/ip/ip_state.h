/* SPDX-License-Identifier: MIT */
/*
 * ip_state.h - the state of the IP layer of one elastic thread
 */
#ifndef IX_NET_IP_STATE_H
#define IX_NET_IP_STATE_H

#include "net/common/token.h"
#include "net/ip/frag.h"

#define IP_IDENTS 1024 /* counters for the Identification field */

struct ip_ident {
	uint32_t next;
	uint32_t tick; /* units of 2^20 ns: when it was last used */
};

struct ip_state {
	uint32_t loop_count;
	struct token_bucket icmp_errors;
	struct frag_table frag;
	struct ip_ident ident[IP_IDENTS];
};

#endif
