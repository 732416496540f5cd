/* SPDX-License-Identifier: MIT */
/*
 * tcp_cc.h - congestion control: the modules, and the window on each event
 */
#ifndef IX_NET_TCP_CC_H
#define IX_NET_TCP_CC_H

#include "net/tcp/state/tcp_seg.h"

/*
 * A congestion control module. A connection names it by an index (tcp_conf.cc,
 * enum ix_cc), as addresses of functions differ between processes. Its state of
 * a connection is in tcp_pcb.cc_priv, which is zero when it takes over. It sets
 * cwnd. A module that paces also lowers pace_rate and sets TF_GUARDED.
 */
struct tcp_cc_ops {
	/* An acknowledgement came, outside of fast recovery (in CA_OPEN or
	 * CA_LOSS). */
	void (*ack)(const struct net *n, struct tcp_pcb *p,
		    const struct tcp_ackinfo *a);
	/* A loss was noticed. Returns the new ssthresh in bytes. */
	uint32_t (*loss)(struct tcp_pcb *p);
	/* Nothing was sent for an RTO; cwnd is now at most an initial
	 * window. */
	void (*idle)(struct tcp_pcb *p);
};

extern const struct tcp_cc_ops *const tcp_cc_modules[IX_CC_MAX];

static inline void tcp_cc_ack(const struct net *n, struct tcp_pcb *p,
			      const struct tcp_ackinfo *a)
{
	tcp_cc_modules[p->conf.cc]->ack(n, p, a);
}

/* The module of p was changed: clear cc_priv. */
void tcp_cc_begin(struct tcp_pcb *p);
/* A loss was noticed: set ssthresh. */
void tcp_cc_loss(struct tcp_pcb *p);
/* Nothing was sent for more than an RTO: restart window (RFC 5681 4.1). */
void tcp_cc_idle(struct tcp_pcb *p);
/* Retransmission time-out: all that is in flight counts as lost. again: the
 * last time-out was not recovered from yet, so ssthresh stays. */
void tcp_cc_timeout(struct tcp_pcb *p, int again);
/* A tail loss probe has repaired a loss (RFC 8985 7.4). */
void tcp_cc_tail_loss(struct tcp_pcb *p);
/* The path MTU fell: what is in flight is sent again in smaller segments. That
 * is no sign of congestion. */
void tcp_cc_resegment(struct tcp_pcb *p);
/* Proportional rate reduction (RFC 6937): fast recovery begins; goes on, as an
 * acknowledgement has delivered so many bytes; is over. */
void tcp_cc_repair_begin(struct tcp_pcb *p);
void tcp_cc_repair(struct tcp_pcb *p, uint32_t delivered);
void tcp_cc_repair_end(struct tcp_pcb *p);

#endif
