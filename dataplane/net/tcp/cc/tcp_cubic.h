/* SPDX-License-Identifier: MIT */
/*
 * tcp_cubic.h - congestion control: CUBIC
 */
#ifndef IX_NET_TCP_CUBIC_H
#define IX_NET_TCP_CUBIC_H

#include "net/tcp/cc/tcp_cc.h"

/* What CUBIC remembers of a connection; RFC 9438 4.1.2. */
struct tcp_cubic {
	uint32_t epoch; /* ms: when congestion avoidance began; 0: it has not */
	uint32_t k;	/* ms */
	/* bytes: W_max, W_est, and those that are acknowledged but not yet
	 * counted */
	uint32_t wmax, west, acked;
};
_Static_assert(sizeof(struct tcp_cubic) <= TCP_CC_PRIV, "tcp_pcb.cc_priv");

static inline struct tcp_cubic *tcp_cubic_of(struct tcp_pcb *p)
{
	return (struct tcp_cubic *)p->cc_priv;
}

extern const struct tcp_cc_ops tcp_cubic_ops;

#endif
