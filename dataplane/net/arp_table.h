/* SPDX-License-Identifier: MIT */
/*
 * arp_table.h - layout of the neighbour table, shared by arp*.c
 */
#ifndef IX_NET_ARP_TABLE_H
#define IX_NET_ARP_TABLE_H

#include "net/arp.h"

#define ARP_SECOND UINT64_C(1000000000)
#define ARP_REACHABLE (30 * ARP_SECOND) /* then it is stale */
#define ARP_USED (60 * ARP_SECOND) /* then one that asked may displace it */
#define ARP_BUCKETS 256		   /* a power of two */
#define ARP_WAYS 8
#define ARP_ENTRIES (ARP_BUCKETS * ARP_WAYS * 2) /* half may be retired */

struct arp_entry {
	/* constant while readers can see it */
	uint32_t ip; /* network order */
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
	struct arp_entry *next;
};

struct arp_bucket {
	struct arp_entry *way[ARP_WAYS];
};

_Static_assert(sizeof(struct arp_bucket) == 64, "one cache line");

struct arp {
	struct arp_bucket bucket[ARP_BUCKETS];
	uint32_t changes; /* grows with every neighbour that is published */
	uint32_t fresh;	  /* entries taken from the array so far */
	/* next hops that each elastic thread waits for; it alone writes */
	uint32_t awaited[IX_MAX_ETHREADS];
	struct arp_entry *retired_head, *retired_tail;
	struct arp_entry entry[ARP_ENTRIES];
};

/* 0: another writer has it. */
int arp_lock(struct net_shared *sh, uint32_t id);
void arp_unlock(struct net_shared *sh);
struct arp_entry *arp_find(const struct net_shared *sh, uint16_t dev,
			   uint32_t ip);
/* ip was seen at mac; confirmed: when it last answered us; wanted: we have
 * something for it. */
void arp_learn(struct net *n, uint16_t dev, uint32_t ip,
	       const struct rte_ether_addr *mac, uint64_t confirmed,
	       int wanted);
void arp_forget(struct net *n, struct arp_entry *e);

/* arp_wait.c */
extern const struct rte_ether_addr arp_all; /* the broadcast address */
void arp_send(struct net *n, uint16_t dev, uint16_t op,
	      const struct rte_ether_addr *to, uint32_t src,
	      const struct rte_ether_addr *tha, uint32_t target);
void arp_request(struct net *n, uint16_t dev, const struct rte_ether_addr *to,
		 uint32_t src, uint32_t target);
/* Does another elastic thread wait for any next hop? */
int arp_others_wait(const struct net *n);
/* Does a packet of this elastic thread wait for ip? */
int arp_awaits(struct net *n, uint16_t dev, uint32_t ip);
/* Send what waited for ip. */
void arp_resolved(struct net *n, uint16_t dev, uint32_t ip,
		  const struct rte_ether_addr *mac);

#endif
