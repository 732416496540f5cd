/* SPDX-License-Identifier: MIT */
/*
 * tcp_cc.h - congestion control: modules, and what happens to the window
 */
#ifndef IX_NET_TCP_CC_H
#define IX_NET_TCP_CC_H

#include "net/tcp/state/tcp_seg.h"

/*
 * A way to control congestion. A connection names its own by an index (struct
 * tcp_conf.cc, enum ix_cc), for addresses of functions are not the same in every
 * process. What it remembers of a connection is in tcp_pcb.cc_priv, which is
 * zero when it begins. It moves cwnd; one that paces lowers pace_rate as well
 * and sets TF_GUARDED.
 */
struct tcp_cc_ops {
	/* An acknowledgement came, while nothing is repaired or after a
	 * retransmission time-out. */
	void (*ack)(const struct net *n, struct tcp_pcb *p,
		    const struct tcp_ackinfo *a);
	/* Something was lost: the bytes that may be in flight after it. */
	uint32_t (*loss)(struct tcp_pcb *p);
	/* Nothing was sent for a while, and cwnd is an initial window. */
	void (*idle)(struct tcp_pcb *p);
};

extern const struct tcp_cc_ops *const tcp_cc_modules[IX_CC_MAX];

static inline void tcp_cc_ack(const struct net *n, struct tcp_pcb *p,
			      const struct tcp_ackinfo *a)
{
	tcp_cc_modules[p->conf.cc]->ack(n, p, a);
}

/* Another module begins. */
void tcp_cc_begin(struct tcp_pcb *p);
/* Something was lost: sets ssthresh. */
void tcp_cc_loss(struct tcp_pcb *p);
/* RFC 5681 4.1: nothing was sent for more than an RTO. */
void tcp_cc_idle(struct tcp_pcb *p);
/* All that is out is taken for lost; again: once more, before that was
 * repaired. */
void tcp_cc_timeout(struct tcp_pcb *p, int again);
/* A tail loss probe has repaired a loss. */
void tcp_cc_tail_loss(struct tcp_pcb *p);
/* Segments have become smaller, and what is out is sent again as such. */
void tcp_cc_resegment(struct tcp_pcb *p);
/* A repair begins; goes on, for so many bytes have been delivered; is over. */
void tcp_cc_repair_begin(struct tcp_pcb *p);
void tcp_cc_repair(struct tcp_pcb *p, uint32_t delivered);
void tcp_cc_repair_end(struct tcp_pcb *p);

#endif
