// SPDX-License-Identifier: MIT
/*
 * ip_ident.c - identifications of datagrams that routers may fragment
 *
 * RFC 6864 4.2, RFC 7739 5.3: a counter for each source, destination and
 * protocol, so that what one peer sees tells nothing of what another is sent.
 * As on Linux the counters are hashed, and go on by a random step that grows
 * with the time between two of them. What may not be fragmented needs none.
 */
#include "net/ip/ip_ident.h"

#include "net/common/siphash.h"
#include "net/ip/ip_state.h"

#define TICK_SHIFT 20 /* ns: 1.05 ms */

void ip_ident_init(struct net *n)
{
	struct ip_ident *bucket = n->ip->ident;

	for (unsigned i = 0; i < IP_IDENTS; i++)
		bucket[i] = (struct ip_ident){
			.next = net_random(n),
			.tick = (uint32_t)(n->now >> TICK_SHIFT),
		};
}

uint16_t ip_ident(struct net *n, const struct ip_path *p, uint8_t proto)
{
	const uint32_t key[4] = { addr_v4(&p->src), addr_v4(&p->dst), proto };
	uint64_t hash = siphash(n->sh->isn_key, key, sizeof(key));
	struct ip_ident *b = &n->ip->ident[hash % IP_IDENTS];
	uint32_t now = (uint32_t)(n->now >> TICK_SHIFT);
	uint32_t idle = now - b->tick;

	b->next += 1 + (idle ? net_random(n) % idle : 0);
	b->tick = now;
	return (uint16_t)(b->next + (hash >> 32));
}
