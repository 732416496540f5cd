/* SPDX-License-Identifier: MIT */
/*
 * tcp_cubic.h - congestion control: CUBIC
 */
#ifndef IX_NET_TCP_CUBIC_H
#define IX_NET_TCP_CUBIC_H

#include "net/tcp/cc/tcp_cc.h"

/* The state of CUBIC for a connection; RFC 9438 4.1.2. */
struct tcp_cubic {
	uint32_t epoch; /* ms: when congestion avoidance began; 0: not yet */
	uint32_t k;	/* K, in ms */
	/* W_max, W_est, and what was acknowledged but not yet added to the
	 * window; bytes */
	uint32_t wmax, west, acked;
};
_Static_assert(sizeof(struct tcp_cubic) <= TCP_CC_PRIV, "tcp_pcb.cc_priv");

static inline struct tcp_cubic *tcp_cubic_of(struct tcp_pcb *p)
{
	return (struct tcp_cubic *)p->cc_priv;
}

extern const struct tcp_cc_ops tcp_cubic_ops;

#endif
