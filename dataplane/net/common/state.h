/* SPDX-License-Identifier: MIT */
/*
 * state.h - the protocol state of one elastic thread, and the shared part
 *
 * Protocol code only: no ethdev, no clock, no I/O, no system call. The caller
 * (dataplane/core, or a test) sets `now` and seeds `rng`, hands frames to
 * net_input() and takes frames from txq. All of it lies in memory that every
 * process of the instance shares at the same address.
 */
#ifndef IX_NET_STATE_H
#define IX_NET_STATE_H

#include <rte_branch_prediction.h>
#include <rte_ether.h>
#include <rte_mbuf.h>
#include <rte_rcu_qsbr.h>
#include <stdint.h>

#include "ix/abi.h"
#include "net/common/stats.h"
#include "net/common/timer.h"

#define NET_TXQ 512	 /* frames gathered before the device is called */
#define NET_TXQ_SEGS 4	 /* mbufs that a frame may have on average */
#define NET_HEADROOM 128 /* left free before L4 data in an outgoing mbuf */

struct tcp_pcb;
struct tcp;	    /* net/tcp/state/tcp_stack.h */
struct udp;	    /* net/udp/udp_port.h */
struct ip_state;    /* net/ip/ip_state.h */
struct ip_upper;    /* net/ip/ip_deliver.h */
struct neigh_waits; /* net/neigh/neigh_wait.h */
struct neigh_table; /* net/neigh/neigh_table.h, shared */
struct flow;	    /* net/flow/flow.h, shared */

#define NET_CKSUM_IPV4 0x1
#define NET_CKSUM_TCP 0x2
#define NET_CKSUM_UDP 0x4

/* A device as the protocols see it. */
struct net_dev {
	struct rte_ether_addr mac;
	uint16_t mtu;	   /* of IP, bytes */
	uint16_t tso_max;  /* largest TCP payload, bytes, that the device cuts
			    * into segments (TSO, over IPv4); 0: no TSO */
	uint32_t tx_cksum; /* NET_CKSUM_*: what the device computes */
};

/* A connection that is moved from one elastic thread to another: tcp_move.c. */
struct net_move {
	struct tcp_pcb *from, *to; /* the old and the new pcb */
	uint32_t to_id;		   /* elastic thread that it moves to */
	uint32_t state;		   /* MOVE_*; 0: no move is under way */
};

/* Shared by the elastic threads of an instance; written under lock. */
struct net_shared {
	uint32_t ndevs;
	uint32_t route_gen; /* grows when routes or neighbours change */
	struct net_dev dev[IX_MAX_DEVS];
	struct ix_info info;	/* addresses; constant after start */
	struct ix_addr gateway; /* valid if info.has_gateway */
	uint32_t gateway_dev;
	uint32_t lock;	      /* writers only; never on the fast path */
	uint8_t isn_key[16];  /* RFC 6528 secret */
	uint8_t hash_key[40]; /* Toeplitz key, as the devices use it */
	struct neigh_table *neigh;
	struct flow *flow;		       /* NULL: a single ethread */
	struct rte_rcu_qsbr *qsbr;	       /* reader id: ethread index */
	struct net_move move[IX_MAX_ETHREADS]; /* by the ethread moved from,
						* under its lease */
};

struct net {
	/* set by the caller before each use */
	uint64_t now; /* ns, monotonic */

	/* outgoing frames, complete with Ethernet header; m->port: device */
	uint32_t ntx;
	uint32_t ntx_segs; /* mbufs in txq, all segments counted */
	uint32_t id;	   /* ethread index */
	/* bit e: ethread e is to be woken, for packets are in its ring */
	uint32_t handed_to;
	/* of the packet that is being processed: FLOW_* of its record, 0 if a
	 * device received it; and the ethread that handed it over */
	uint8_t flow_flags;
	uint8_t flow_from;
	uint8_t starved; /* TCP has segments to send but could get no mbuf */
	struct rte_mbuf *txq[NET_TXQ];

	struct net_shared *sh;
	struct rte_mempool *pool; /* mbufs for frames that we build */
	struct tcp *tcp;
	struct udp *udp;
	struct ip_state *ip;
	struct neigh_waits *neigh;
	const struct ip_upper *upper; /* protocols above IP, see ip_deliver.h */
	/* called when m cannot be sent as its next hop does not answer; data
	 * of m begins at the IP header; the caller keeps m */
	void (*unreachable)(struct net *n, const struct rte_mbuf *m);
	struct rte_mbuf *loop_head, *loop_tail; /* packets to own addresses */
	uint64_t rng;				/* state of net_random() */
	struct timer_wheel wheel;
	struct net_stats stats;
};

/* xorshift64*: predictable, so not for secrets. */
static inline uint32_t net_random(struct net *n)
{
	uint64_t x = n->rng;

	x ^= x >> 12;
	x ^= x << 25;
	x ^= x >> 27;
	n->rng = x;
	return (uint32_t)((x * UINT64_C(2685821657736338717)) >> 32);
}

/* A cached path is valid while this number stays the same. It changes with each
 * change of a route or neighbour, and every 17 s, so that a path in use looks
 * its neighbour up again, which probes it once it is stale. */
static inline uint32_t ip_generation(const struct net *n)
{
	return __atomic_load_n(&n->sh->route_gen, __ATOMIC_ACQUIRE) +
	       (uint32_t)(n->now >> 34);
}

#endif
