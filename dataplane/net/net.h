/* SPDX-License-Identifier: MIT */
/*
 * net.h - the protocol state of one elastic thread, and what is shared
 *
 * Protocol code only: no ethdev, no clock, no I/O, no system call. The caller
 * (dataplane/core, or a test) sets `now` and seeds `rng`, hands frames to
 * net_input() and takes frames from txq. All of it lies in memory that every
 * process of the instance shares at the same address.
 */
#ifndef IX_NET_H
#define IX_NET_H

#include <rte_branch_prediction.h>
#include <rte_ether.h>
#include <rte_mbuf.h>
#include <rte_rcu_qsbr.h>
#include <stdint.h>

#include "base/addr.h"
#include "ix/abi.h"
#include "net/stats.h"
#include "net/timer.h"

#define NET_TXQ 512	 /* frames gathered before the device is called */
#define NET_TXQ_SEGS 4	 /* mbufs for each of them, on the average */
#define NET_HEADROOM 128 /* left free before L4 data in an outgoing mbuf */

struct arena; /* mem/arena.h */
struct tcp;   /* net/tcp.h */
struct tcp_pcb;
struct udp;  /* net/udp.h */
struct arp;  /* net/arp.h, shared */
struct flow; /* net/flow.h, shared */

#define NET_CKSUM_IPV4 0x1
#define NET_CKSUM_TCP 0x2
#define NET_CKSUM_UDP 0x4

/* A device as the protocols see it. */
struct net_dev {
	struct rte_ether_addr mac;
	uint16_t mtu;	   /* of IP, bytes */
	uint16_t tso_max;  /* payload of a TCP packet that the device cuts into
			    * segments, over IPv4, bytes; 0: it does not */
	uint32_t tx_cksum; /* NET_CKSUM_*: what the device computes */
};

/* A connection on its way from an elastic thread to another: tcp_move.c. */
struct net_move {
	struct tcp_pcb *from, *to;
	uint32_t to_id;
	uint32_t state; /* 0: none is */
};

/* Shared by the ethreads of an instance; written under net_shared.lock. */
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
	struct arp *arp;
	struct flow *flow;		       /* NULL: there is one ethread */
	struct rte_rcu_qsbr *qsbr;	       /* reader id: ethread index */
	struct net_move move[IX_MAX_ETHREADS]; /* from, by its lease */
};

struct net {
	/* set by the caller before each use */
	uint64_t now; /* ns, monotonic */

	/* outgoing frames, complete with Ethernet header; m->port: device */
	uint32_t ntx;
	uint32_t ntx_segs; /* mbufs of them */
	uint32_t id;	   /* ethread index */
	/* net/flow.h: bit e: something was handed over to ethread e */
	uint32_t handed_to;
	uint8_t flow_flags; /* FLOW_*, of what is being handled; 0: received */
	uint8_t flow_from;  /* ethread that handed it over */
	uint8_t starved;    /* TCP has to send, and no mbuf to send it in */
	struct rte_mbuf *txq[NET_TXQ];

	struct net_shared *sh;
	struct rte_mempool *pool; /* mbufs for frames that we build */
	struct tcp *tcp;
	struct udp *udp;
	struct rte_ip_frag_tbl *frag;		/* reassembly */
	struct rte_mbuf *loop_head, *loop_tail; /* frames to ourselves */
	uint64_t rng;				/* state of net_random() */
	struct timer_wheel wheel;
	struct net_stats stats;
};

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

/* xorshift64*: not for secrets. */
static inline uint32_t net_random(struct net *n)
{
	uint64_t x = n->rng;

	x ^= x >> 12;
	x ^= x << 25;
	x ^= x >> 27;
	n->rng = x;
	return (uint32_t)((x * UINT64_C(2685821657736338717)) >> 32);
}

/* An mbuf with NET_HEADROOM bytes free before its (empty) data, or NULL. */
struct rte_mbuf *net_alloc(struct net *n);

/* Queue a complete frame for device dev; drops and counts if txq is full. */
void net_tx(struct net *n, struct rte_mbuf *m, uint16_t dev);

/* Large frames take the room of several, that the pool may last. */
static inline unsigned net_tx_room(const struct net *n)
{
	unsigned used = RTE_MAX(n->ntx, n->ntx_segs / NET_TXQ_SEGS);

	return used < NET_TXQ ? NET_TXQ - used : 0;
}

#endif
