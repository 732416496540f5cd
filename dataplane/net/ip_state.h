/* SPDX-License-Identifier: MIT */
/*
 * ip_state.h - what the IP layer of one elastic thread remembers
 *
 * Private to net.c, arp.c, route.c, ip*.c, frag.c, icmp.c and udp.c.
 */
#ifndef IX_NET_IP_STATE_H
#define IX_NET_IP_STATE_H

#include <rte_ip.h>
#include <stdbool.h>

#include "net/arp.h"
#include "net/frag.h"
#include "net/ip.h"

#define IP_LOOP_MAX 1024 /* frames to ourselves that may wait */
#define IP4_TTL 64
#define IP_IDENTS 1024 /* counters of identifications */

struct ip_ident {
	uint32_t next;
	uint32_t tick; /* when it was used last */
};

/* What strangers can make us send is limited: a burst, then a rate. */
struct token_bucket {
	uint64_t counted; /* ns: tokens were counted then */
	uint32_t tokens;
};

/* Take a token of those that come every ns_each, burst at most; false: none. */
static inline bool token_take(struct token_bucket *b, uint64_t now,
			      uint64_t ns_each, uint32_t burst)
{
	uint64_t gained = (now - b->counted) / ns_each;

	if (b->tokens + gained >= burst) {
		b->tokens = burst;
		b->counted = now;
	} else {
		b->tokens += (uint32_t)gained;
		b->counted += gained * ns_each;
	}
	if (b->tokens == 0)
		return false;
	b->tokens--;
	return true;
}

struct ip_state {
	uint32_t loop_count;
	struct token_bucket icmp_errors;
	struct token_bucket arp_answers;
	struct arp_waits arp;
	struct frag_table frag;
	struct ip_ident ident[IP_IDENTS];
};

/* net.h keeps one opaque pointer for the IP layer. */
static inline struct ip_state *ip_state(struct net *n)
{
	return (struct ip_state *)(void *)n->frag;
}

/* Cached paths are valid while this stays: it moves with every change of a
 * route or neighbour, and each 17 s so that old neighbours are confirmed. */
static inline uint32_t ip_generation(const struct net *n)
{
	return __atomic_load_n(&n->sh->route_gen, __ATOMIC_ACQUIRE) +
	       (uint32_t)(n->now >> 34);
}

/* ip_ident.c: the identification of the next datagram on p. */
void ip_ident_init(struct net *n);
uint16_t ip_ident(struct net *n, const struct ip_path *p, uint8_t proto);

/* Queue a frame to ourselves; takes m over. 0 or -ENOBUFS. */
int net_loop(struct net *n, struct rte_mbuf *m);

/* m's data begins at the IP header. Takes m over. */
void ip4_input(struct net *n, struct rte_mbuf *m, int looped);

/* Write an Ethernet header in front of m's data and queue the frame. */
void eth_output(struct net *n, struct rte_mbuf *m, uint16_t dev,
		const struct rte_ether_addr *dst, uint16_t type);

/* What an IPv4 destination is to us. */
enum ip4_dst {
	IP4_FOREIGN,
	IP4_LOCAL,
	IP4_BROADCAST,
	IP4_MULTICAST,
};

enum ip4_dst ip4_classify(const struct net_shared *sh, uint32_t be,
			  uint8_t *local_out);

/* The network mask of sh->info.addrs[i], network order; 0: not IPv4. */
static inline uint32_t ip4_mask(const struct net_shared *sh, unsigned i)
{
	uint32_t len = sh->info.addrs[i].prefix;

	if (len <= 96 || len > 128)
		return 0;
	return rte_cpu_to_be_32(UINT32_MAX << (128 - len));
}

static inline int ip4_is_loopback(uint32_t be)
{
	return (rte_be_to_cpu_32(be) >> 24) == 127;
}

static inline int ip4_is_multicast(uint32_t be)
{
	return (rte_be_to_cpu_32(be) >> 28) == 14;
}

#endif
