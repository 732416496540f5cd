/* SPDX-License-Identifier: MIT */
/*
 * net.h - the protocols of one elastic thread: start, end, in and out
 *
 * The rest of the dataplane includes this, tcp.h, udp.h and what else it names.
 */
#ifndef IX_NET_H
#define IX_NET_H

#include "net/common/state.h"

struct arena; /* mem/arena.h */

struct net_limits {
	uint32_t max_conns;	/* TCP pcbs, up to 1 << 20 */
	uint32_t max_listeners; /* TCP listeners */
	uint32_t max_udp;	/* UDP ports */
};

/*
 * Lay out the state of one ethread in arena memory (sparse: only what is
 * used is touched). Returns 0 or -ENOMEM.
 */
int net_init(struct net *n, struct net_shared *sh, uint32_t id, struct arena *a,
	     const struct net_limits *lim, struct rte_mempool *pool,
	     uint64_t now, uint64_t seed);

/* Give every mbuf, timer and pcb back (tests, instance end). */
void net_fini(struct net *n);

/* One received frame, m->port: index of its device. Takes m over. */
void net_input(struct net *n, struct rte_mbuf *m);

/* Frames that ip_output() sent to ourselves; returns how many were handled. */
unsigned net_input_loop(struct net *n);

/* Fill ev with at most room event conditions; *more: some are left. */
unsigned net_events(struct net *n, struct ix_event *ev, unsigned room,
		    uint32_t *more);
/* Are there any? */
int net_events_due(const struct net *n);

/*
 * The holder of this elastic thread was killed anywhere in net/: forget every
 * mbuf and timer of ARP, IP and UDP without touching them, before the pools
 * are rebuilt (mem/pools.h). UDP ports stay open, their queues are empty. The
 * timing wheel is started anew, so TCP must forget its timers as well.
 */
void net_recover(struct net *n);

#endif
