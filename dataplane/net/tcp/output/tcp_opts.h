/* SPDX-License-Identifier: MIT */
/*
 * tcp_opts.h - TCP header options
 */
#ifndef IX_NET_TCP_OPTS_H
#define IX_NET_TCP_OPTS_H

#include "net/tcp/state/tcp_seg.h"

void tcp_opts_parse(const uint8_t *b, unsigned len, struct tcp_opts *o);
/* Fast path for the usual 12 bytes of options: two NOPs and timestamps (RFC
 * 7323 appendix A). 0: they are something else, and o is not set. */
static inline int tcp_opts_fast(const uint8_t *b, struct tcp_opts *o)
{
	uint32_t w[3];

	__builtin_memcpy(w, b, sizeof(w));
	if (w[0] != rte_cpu_to_be_32(0x0101080a))
		return 0;
	o->has = TO_TS;
	o->nsack = 0;
	o->tsval = rte_be_to_cpu_32(w[1]);
	o->tsecr = rte_be_to_cpu_32(w[2]);
	return 1;
}
/* Write the options of a segment of p with len bytes of payload to b. Returns
 * their length in bytes, a multiple of 4. */
unsigned tcp_opts_write(const struct net *n, const struct tcp_pcb *p,
			uint8_t flags, uint32_t len, uint8_t *b);
/* Agree on what the peer's SYN offers: sets TF_* and fields of p. */
void tcp_opts_syn(struct net *n, struct tcp_pcb *p, const struct tcp_opts *o);

#endif
