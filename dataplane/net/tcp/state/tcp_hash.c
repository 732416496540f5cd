// SPDX-License-Identifier: MIT
/*
 * tcp_hash.c - connections by address and port
 *
 * Linear hashing (Litwin, 1980): the table grows by one bucket at a time, by
 * splitting the next bucket in order, so that an insertion never stops to
 * rehash. The hash is keyed: peers choose ports.
 */
#include "net/tcp/state/tcp_hash.h"

#include <string.h>

#include "net/flow/flow.h"
#include "net/tcp/state/tcp_ledger.h"

#define HASH_FIRST 256 /* buckets of an empty table */

int tcp_hash_init(struct tcp *t, struct arena *a, uint32_t max_conns,
		  const uint64_t seed[2])
{
	uint32_t max = HASH_FIRST;

	while (max < max_conns)
		max *= 2;
	t->bucket = arena_alloc(a, (size_t)max * sizeof(*t->bucket), 64);
	t->hmax = max;
	t->hseed[0] = seed[0];
	t->hseed[1] = seed[1];
	t->port = arena_alloc(a, TCP_PORTS * sizeof(*t->port), 64);
	if (!t->bucket || !t->port)
		return -ENOMEM;
	tcp_hash_clear(t);
	return 0;
}

/* Empty, and small: splitting clears the buckets that it adds. */
void tcp_hash_clear(struct tcp *t)
{
	t->hmask = HASH_FIRST - 1;
	t->hsplit = 0;
	t->hcount = 0;
	memset(t->bucket, 0, HASH_FIRST * sizeof(*t->bucket));
}

static inline uint64_t mix(uint64_t a, uint64_t b)
{
	__uint128_t r = (__uint128_t)a * b;

	return (uint64_t)r ^ (uint64_t)(r >> 64);
}

uint32_t tcp_tuple_hash(const struct tcp *t, const struct ix_addr *lip,
			uint16_t lport, const struct ix_addr *rip,
			uint16_t rport)
{
	uint64_t l[2], r[2], ports = (uint64_t)lport << 16 | rport;
	uint64_t h;

	memcpy(l, lip, sizeof(l));
	memcpy(r, rip, sizeof(r));
	h = mix(l[0] ^ t->hseed[0], l[1] ^ t->hseed[1]);
	h = mix(r[0] ^ h ^ t->hseed[1], r[1] ^ t->hseed[0]);
	h = mix(h ^ t->hseed[0], ports ^ UINT64_C(0x9e3779b97f4a7c15));
	return (uint32_t)(h ^ h >> 32);
}

static inline uint32_t bucket_of(const struct tcp *t, uint32_t hash)
{
	uint32_t b = hash & t->hmask;

	return b < t->hsplit ? hash & (2 * t->hmask + 1) : b;
}

static uint32_t hash_of(const struct tcp *t, const struct tcp_pcb *p)
{
	return tcp_tuple_hash(t, &p->path.src, p->lport, &p->path.dst,
			      p->rport);
}

static void split(struct tcp *t)
{
	uint32_t bit = t->hmask + 1, next;
	uint32_t *low = &t->bucket[t->hsplit];
	uint32_t *high = &t->bucket[t->hsplit + bit];

	if (t->hsplit + bit >= t->hmax)
		return;
	next = *low;
	*low = 0;
	*high = 0;
	while (next) {
		struct tcp_pcb *p = tcp_pcb_at(t, next - 1);
		uint32_t *to = hash_of(t, p) & bit ? high : low;
		uint32_t this = next;

		next = p->hash_next;
		p->hash_next = *to;
		*to = this;
	}
	if (++t->hsplit == bit) {
		t->hmask = 2 * t->hmask + 1;
		t->hsplit = 0;
	}
}

void tcp_hash_insert(struct tcp *t, struct tcp_pcb *p)
{
	uint32_t *b = &t->bucket[bucket_of(t, hash_of(t, p))];

	p->hash_next = *b;
	*b = tcp_pcb_index(t, p) + 1;
	p->flags |= TF_HASHED;
	tcp_port_count(t, p, 1);
	if (++t->hcount > t->hmask + 1 + t->hsplit)
		split(t);
}

void tcp_hash_remove(struct tcp *t, struct tcp_pcb *p)
{
	uint32_t index = tcp_pcb_index(t, p) + 1;
	uint32_t *b;

	if (!(p->flags & TF_HASHED))
		return;
	b = &t->bucket[bucket_of(t, hash_of(t, p))];
	while (*b != index)
		b = &tcp_pcb_at(t, *b - 1)->hash_next;
	*b = p->hash_next;
	p->flags &= ~(uint32_t)TF_HASHED;
	tcp_port_count(t, p, -1);
	t->hcount--;
}

struct tcp_pcb *tcp_hash_find(const struct tcp *t, const struct ix_addr *lip,
			      uint16_t lport, const struct ix_addr *rip,
			      uint16_t rport)
{
	uint32_t hash = tcp_tuple_hash(t, lip, lport, rip, rport);
	uint32_t i = t->bucket[bucket_of(t, hash)];

	while (i) {
		struct tcp_pcb *p = tcp_pcb_at(t, i - 1);

		if (p->lport == lport && p->rport == rport &&
		    addr_equal(&p->path.dst, rip) &&
		    addr_equal(&p->path.src, lip))
			return p;
		i = p->hash_next;
	}
	return NULL;
}

uint32_t tcp_pcb_owner(const struct net *n, const struct tcp_pcb *p)
{
	return flow_owner(n->sh->flow, &p->path.dst, &p->path.src, p->rport,
			  p->lport);
}

void tcp_unhash(struct net *n, struct tcp_pcb *p)
{
	tcp_hash_remove(n->tcp, p);
	if (likely(!(p->flags & TF_AWAY)))
		return;
	p->flags &= ~(uint32_t)TF_AWAY;
	flow_send_end(n, tcp_pcb_owner(n, p), &p->path.dst, &p->path.src,
		      p->rport, p->lport);
}
