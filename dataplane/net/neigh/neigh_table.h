/* SPDX-License-Identifier: MIT */
/*
 * neigh_table.h - the neighbours of the instance, by address
 */
#ifndef IX_NET_NEIGH_TABLE_H
#define IX_NET_NEIGH_TABLE_H

#include "base/units.h"
#include "net/common/ip_addr.h"

struct arena; /* mem/arena.h */

#define NEIGH_SECOND ((uint64_t)NSEC_PER_SEC)
#define NEIGH_REACHABLE (30 * NEIGH_SECOND) /* then it is stale */
#define NEIGH_USED (60 * NEIGH_SECOND) /* then one that asked may displace it */
#define NEIGH_BUCKETS 256	       /* a power of two */
#define NEIGH_WAYS 8
#define NEIGH_ENTRIES (NEIGH_BUCKETS * NEIGH_WAYS * 2) /* half may be retired */

struct neigh_entry {
	/* constant while readers can see it */
	struct ix_addr ip;
	struct rte_ether_addr mac;
	uint16_t dev;
	uint8_t permanent;
	/* relaxed atomics */
	uint8_t probes;	    /* unanswered */
	uint64_t confirmed; /* ns */
	uint64_t probed;    /* ns */
	uint64_t used;	    /* ns: last looked up to send; 0: never */
	/* once it is replaced: under net_shared.lock */
	uint64_t token;
	struct neigh_entry *next;
};

struct neigh_bucket {
	struct neigh_entry *way[NEIGH_WAYS];
};

_Static_assert(sizeof(struct neigh_bucket) == 64, "one cache line");

struct neigh_table {
	struct neigh_bucket bucket[NEIGH_BUCKETS];
	uint32_t changes; /* grows with every neighbour that is published */
	uint32_t fresh;	  /* entries taken from the array so far */
	/* next hops that each elastic thread waits for; it alone writes */
	uint32_t awaited[IX_MAX_ETHREADS];
	struct neigh_entry *retired_head, *retired_tail;
	struct neigh_entry entry[NEIGH_ENTRIES];
};

/* The shared table; before the first net_init(), or by it. 0 or -ENOMEM. */
int neigh_table_init(struct net_shared *sh, struct arena *a);

/* A neighbour that never ages (--arp); after neigh_table_init(). 0, -EINVAL,
 * -ENOSPC, or -EBUSY (another writer has the lock). */
int neigh_add_permanent(struct net_shared *sh, uint16_t dev,
			const struct ix_addr *ip,
			const struct rte_ether_addr *mac);

struct neigh_entry *neigh_find(const struct net_shared *sh, uint16_t dev,
			       const struct ix_addr *ip);
/* ip was seen at mac; confirmed: when it last answered us; wanted: we have
 * something for it. */
void neigh_learn(struct net *n, uint16_t dev, const struct ix_addr *ip,
		 const struct rte_ether_addr *mac, uint64_t confirmed,
		 int wanted);
void neigh_forget(struct net *n, struct neigh_entry *e);

/* Does another elastic thread wait for any next hop? */
int neigh_others_wait(const struct net *n);

/* Give the writers' lock up that ethread id held when it was killed. */
void neigh_table_recover(struct net_shared *sh, uint32_t id);

/* Neighbours in the table, for ixcp and tests. */
struct neigh_view {
	struct ix_addr ip;
	uint16_t dev;
	uint8_t permanent;
	struct rte_ether_addr mac;
	uint64_t confirmed_ns;
};
/* Only under an online RCU reader; returns how many were written. */
unsigned neigh_list(const struct net_shared *sh, struct neigh_view *out,
		    unsigned room);

#endif
