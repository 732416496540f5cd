/* SPDX-License-Identifier: MIT */
/*
 * arp.h - neighbours of the instance (RFC 826, RFC 5227)
 */
#ifndef IX_NET_ARP_H
#define IX_NET_ARP_H

#include "net/net.h"

struct ip_path; /* net/ip.h */

#define ARP_WAITS 64	/* unresolved next hops of one elastic thread */
#define ARP_ANSWERS 32	/* of them, for what only answers a stranger */
#define ARP_WAIT_MAX 16 /* frames that wait for one of them */

/* An unresolved next hop of one elastic thread. */
struct arp_wait {
	struct timer timer;
	uint32_t ip;  /* next hop, network order; 0: free */
	uint32_t src; /* whom the requests name as sender */
	uint16_t dev;
	uint8_t tries;
	uint8_t answer; /* nothing but answers to strangers waits */
	uint8_t asked;	/* a request has been sent */
	uint16_t count;
	uint16_t head;
	uint64_t started, next_try;
	struct rte_mbuf *queue[ARP_WAIT_MAX]; /* data begins at IP */
};

struct arp_waits {
	uint32_t used;
	uint32_t answers; /* of them */
	uint32_t changes; /* of the shared table, when last looked at */
	struct timer announce;
	uint64_t defended; /* ns: we last told another claimant */
	struct arp_wait wait[ARP_WAITS];
};

enum arp_answer {
	ARP_UNKNOWN, /* no MAC: arp_wait_for() */
	ARP_USABLE,  /* use it, but ask again for the next frame */
	ARP_FRESH,   /* may be cached until ip_generation() changes */
};

/* The shared table; before the first net_init(), or by it. 0 or -ENOMEM. */
int arp_init(struct net_shared *sh, struct arena *a);

/* A neighbour that never ages (--arp); after arp_init(). 0, -EINVAL, -ENOSPC,
 * or -EBUSY (another writer has the lock). */
int arp_add_permanent(struct net_shared *sh, uint16_t dev, uint32_t ip,
		      const struct rte_ether_addr *mac);

/* Look up ip (network order); stale neighbours are probed on the way. */
enum arp_answer arp_resolve(struct net *n, uint16_t dev, uint32_t ip,
			    uint32_t src, struct rte_ether_addr *mac_out);

/* Ask for the next hop of p; m (data at its IP header) is sent, or reported as
 * unreachable, once that is decided. Takes m over. */
void arp_wait_for(struct net *n, struct rte_mbuf *m, const struct ip_path *p);

/* m's data begins at the ARP header. Takes m over. */
void arp_input(struct net *n, struct rte_mbuf *m);

/* Announce our addresses (RFC 5227 2.3), now and 2 s later. Called once, by
 * the elastic thread that drives queue 0, when the links are up. */
void arp_announce(struct net *n);

/* Send what waited for neighbours that other elastic threads have learnt. */
void arp_poll(struct net *n);

void arp_fini(struct net *n);

/* Give the writers' lock up that ethread id held when it was killed. */
void arp_recover(struct net_shared *sh, uint32_t id);

/* Neighbours in the table, for ixcp and tests. */
struct arp_view {
	uint32_t ip; /* network order */
	uint16_t dev;
	uint8_t permanent;
	struct rte_ether_addr mac;
	uint64_t confirmed_ns;
};
/* Only under an online RCU reader; returns how many were written. */
unsigned arp_list(const struct net_shared *sh, struct arp_view *out,
		  unsigned room);

#endif
