/* SPDX-License-Identifier: MIT */
/*
 * neigh_table.h - the neighbours (ARP cache) of the instance, by IP address
 */
#ifndef IX_NET_NEIGH_TABLE_H
#define IX_NET_NEIGH_TABLE_H

#include "base/units.h"
#include "net/common/ip_addr.h"

struct arena; /* mem/arena.h */

#define NEIGH_SECOND ((uint64_t)NSEC_PER_SEC)
#define NEIGH_REACHABLE (30 * NEIGH_SECOND) /* after that it is stale */
/* an entry that was unused for so long yields to a host that merely asked us */
#define NEIGH_USED (60 * NEIGH_SECOND)
#define NEIGH_BUCKETS 256 /* a power of two */
#define NEIGH_WAYS 8	  /* entries of a bucket */
/* as many again, for those that were replaced but still have RCU readers */
#define NEIGH_ENTRIES (NEIGH_BUCKETS * NEIGH_WAYS * 2)

struct neigh_entry {
	/* constant while readers can see it */
	struct ix_addr ip;
	struct rte_ether_addr mac;
	uint16_t dev;
	uint8_t permanent;
	/* relaxed atomics; times in ns */
	uint8_t probes;	    /* unicast requests without an answer */
	uint64_t confirmed; /* when the neighbour last answered */
	uint64_t probed;    /* when the last probe was sent */
	uint64_t used;	    /* when it was last looked up to send; 0: never */
	/* of a retired entry, under net_shared.lock */
	uint64_t token; /* of rte_rcu_qsbr_start() */
	struct neigh_entry *next;
};

struct neigh_bucket {
	struct neigh_entry *way[NEIGH_WAYS];
};

_Static_assert(sizeof(struct neigh_bucket) == 64, "one cache line");

struct neigh_table {
	struct neigh_bucket bucket[NEIGH_BUCKETS];
	uint32_t changes; /* grows with every neighbour that is published */
	uint32_t fresh;	  /* entries of entry[] that were ever used */
	/* number of next hops that each elastic thread, the only writer of its
	 * element, waits for */
	uint32_t awaited[IX_MAX_ETHREADS];
	struct neigh_entry *retired_head, *retired_tail;
	struct neigh_entry entry[NEIGH_ENTRIES];
};

/* Create the shared table, unless the first net_init() is to. 0 or -ENOMEM. */
int neigh_table_init(struct net_shared *sh, struct arena *a);

/* Add a neighbour that never ages (--arp), after neigh_table_init(). 0, -EINVAL
 * (bad device or MAC address), -ENOSPC (no room for it), or -EBUSY
 * (another writer has the lock). */
int neigh_add_permanent(struct net_shared *sh, uint16_t dev,
			const struct ix_addr *ip,
			const struct rte_ether_addr *mac);

struct neigh_entry *neigh_find(const struct net_shared *sh, uint16_t dev,
			       const struct ix_addr *ip);
/* Note that ip was seen at mac. confirmed: ns, the time that counts as its last
 * answer; wanted: packets wait for it, so it may displace any other neighbour
 * that is not permanent. If the lock is taken, nothing is noted. */
void neigh_learn(struct net *n, uint16_t dev, const struct ix_addr *ip,
		 const struct rte_ether_addr *mac, uint64_t confirmed,
		 int wanted);
void neigh_forget(struct net *n, struct neigh_entry *e);

/* Does any other elastic thread wait for a next hop? */
int neigh_others_wait(const struct net *n);

/* Release the writers' lock if elastic thread id held it when it was killed,
 * and collect the retired entries anew. */
void neigh_table_recover(struct net_shared *sh, uint32_t id);

/* A neighbour in the table, for ixcp and tests. */
struct neigh_view {
	struct ix_addr ip;
	uint16_t dev;
	uint8_t permanent;
	struct rte_ether_addr mac;
	uint64_t confirmed_ns;
};
/* Write at most room neighbours to out; returns how many. The caller must be an
 * online RCU reader of net_shared.qsbr. */
unsigned neigh_list(const struct net_shared *sh, struct neigh_view *out,
		    unsigned room);

#endif
