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
#define NEIGH_ANSWERS 32  /* of them, for what only answers a stranger */
#define NEIGH_WAIT_MAX 16 /* frames that wait for one of them */

/* An unresolved next hop of one elastic thread. */
struct neigh_wait {
	struct timer timer;
	struct ix_addr ip;  /* the next hop */
	struct ix_addr src; /* whom the requests name as sender */
	uint16_t dev;
	uint8_t used;
	uint8_t tries;
	uint8_t answer; /* nothing but answers to strangers waits */
	uint8_t asked;	/* a request has been sent */
	uint16_t count;
	uint16_t head;
	uint64_t started, next_try;
	struct rte_mbuf *queue[NEIGH_WAIT_MAX]; /* data begins at IP */
};

struct neigh_waits {
	uint32_t used;
	uint32_t answers; /* of them */
	uint32_t changes; /* of the shared table, when last looked at */
	struct token_bucket tokens; /* of answers */
	struct timer announce;	    /* arp_input.c */
	uint64_t defended;	    /* ns: we last told another claimant */
	struct neigh_wait wait[NEIGH_WAITS];
};

enum neigh_answer {
	NEIGH_UNKNOWN, /* no MAC: neigh_wait_for() */
	NEIGH_USABLE,  /* use it, but ask again for the next frame */
	NEIGH_FRESH,   /* may be cached until ip_generation() changes */
};

/* 0 or -ENOMEM */
int neigh_init(struct net *n, struct arena *a);
void neigh_fini(struct net *n);

/* See net_recover(). */
void neigh_recover(struct net *n);

/* Look up ip; stale neighbours are probed on the way, as from src. */
enum neigh_answer neigh_resolve(struct net *n, uint16_t dev,
				const struct ix_addr *ip,
				const struct ix_addr *src,
				struct rte_ether_addr *mac_out);

/* Ask for the next hop of p; m (data at its IP header) is sent, or reported as
 * unreachable, once that is decided. Takes m over. */
void neigh_wait_for(struct net *n, struct rte_mbuf *m, const struct ip_path *p);

/* Does a packet of this elastic thread wait for ip? */
int neigh_awaits(struct net *n, uint16_t dev, const struct ix_addr *ip);

/* Send what waited for ip. */
void neigh_resolved(struct net *n, uint16_t dev, const struct ix_addr *ip,
		    const struct rte_ether_addr *mac);

/* Send what waited for neighbours that other elastic threads have learnt. */
void neigh_poll(struct net *n);

#endif
