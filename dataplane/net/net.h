/* SPDX-License-Identifier: MIT */
/*
 * net.h - the protocols of one elastic thread: start, end, in and out
 *
 * The rest of the dataplane includes this, tcp.h and udp.h, and of the other
 * headers of net/ those whose functions it calls itself.
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
 * Set up the state of elastic thread id in arena memory, of which only what is
 * used is touched. pool: for frames that we build; now: ns; seed: of
 * net_random(). Returns 0, -EINVAL (lim->max_conns) or -ENOMEM.
 */
int net_init(struct net *n, struct net_shared *sh, uint32_t id, struct arena *a,
	     const struct net_limits *lim, struct rte_mempool *pool,
	     uint64_t now, uint64_t seed);

/* Give back every mbuf, timer and pcb, at the end of a test or the instance. */
void net_fini(struct net *n);

/* Process a received frame. m->port: index of its device. Takes m over. */
void net_input(struct net *n, struct rte_mbuf *m);

/* Process the packets that ip_output() has queued for our own addresses, and
 * those that wait for neighbours learnt elsewhere. Returns the number of the
 * former. */
unsigned net_input_loop(struct net *n);

/* Write at most room event conditions to ev and return how many. *more: are
 * some left? */
unsigned net_events(struct net *n, struct ix_event *ev, unsigned room,
		    uint32_t *more);
/* Are there event conditions to deliver? */
int net_events_due(const struct net *n);

/*
 * Recover after the lease holder was killed at any point in net/. Called before
 * the mbuf pools are rebuilt (mem/pools.h): every mbuf and timer of ARP, IP and
 * UDP is forgotten without being touched. UDP ports stay open, with empty
 * queues. The timing wheel is reset, so TCP must then drop its timers
 * (tcp_recover()).
 */
void net_recover(struct net *n);

#endif
