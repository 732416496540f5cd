/* SPDX-License-Identifier: MIT */
/*
 * neigh_wait.h - resolving a next hop, and the packets that wait for it
 */
#ifndef IX_NET_NEIGH_WAIT_H
#define IX_NET_NEIGH_WAIT_H

#include "net/common/ip_packet.h"
#include "net/common/token.h"

struct arena; /* mem/arena.h */

#define NEIGH_WAITS 64	  /* unresolved next hops of one elastic thread */
#define NEIGH_ANSWERS 32  /* of them, those with ip_path.answer packets only */
#define NEIGH_WAIT_MAX 16 /* packets that wait for one next hop */

/* An unresolved next hop of one elastic thread. */
struct neigh_wait {
	struct timer timer;
	struct ix_addr ip;  /* the next hop */
	struct ix_addr src; /* sender address in the ARP requests */
	uint16_t dev;
	uint8_t used;
	uint8_t tries;
	uint8_t answer; /* only packets with ip_path.answer wait */
	uint8_t asked;	/* a request was sent (the rate limit let it pass) */
	uint16_t count; /* packets in queue */
	uint16_t head;	/* index of the oldest one */
	uint64_t started, next_try;		/* ns */
	struct rte_mbuf *queue[NEIGH_WAIT_MAX]; /* data begins at IP */
};

struct neigh_waits {
	uint32_t used;	  /* elements of wait[] in use */
	uint32_t answers; /* of them, those with neigh_wait.answer */
	uint32_t changes; /* neigh_table.changes when last looked at */
	struct token_bucket tokens; /* limits the requests of answers */
	struct timer announce;	    /* arp_input.c */
	uint64_t defended; /* ns: last defence of our address (RFC 5227 2.4) */
	struct neigh_wait wait[NEIGH_WAITS];
};

enum neigh_answer {
	NEIGH_UNKNOWN, /* no MAC address: call neigh_wait_for() */
	NEIGH_USABLE,  /* stale: use it now, look it up for the next packet */
	NEIGH_FRESH,   /* may be cached until ip_generation() changes */
};

/* 0 or -ENOMEM */
int neigh_init(struct net *n, struct arena *a);
void neigh_fini(struct net *n);

/* See net_recover(). */
void neigh_recover(struct net *n);

/* Look up the MAC address of ip. A stale neighbour is probed with src as the
 * sender address. */
enum neigh_answer neigh_resolve(struct net *n, uint16_t dev,
				const struct ix_addr *ip,
				const struct ix_addr *src,
				struct rte_ether_addr *mac_out);

/* Resolve the next hop of p. m, whose data begins at its IP header, is sent
 * when the answer comes, or reported by net.unreachable() if none does. It is
 * dropped if too many packets or next hops wait. Takes m over. */
void neigh_wait_for(struct net *n, struct rte_mbuf *m, const struct ip_path *p);

/* Do packets of this elastic thread wait for ip? */
int neigh_awaits(struct net *n, uint16_t dev, const struct ix_addr *ip);

/* Send the packets of this elastic thread that wait for ip. */
void neigh_resolved(struct net *n, uint16_t dev, const struct ix_addr *ip,
		    const struct rte_ether_addr *mac);

/* Send the packets that wait for neighbours which other elastic threads have
 * learnt since the last call. */
void neigh_poll(struct net *n);

#endif
