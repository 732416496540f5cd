// SPDX-License-Identifier: MIT
/*
 * flow.c - flow groups, and the rings between elastic threads
 *
 * The hash is Microsoft's (RSS verification suite), as rte_softrss() computes
 * it, but by table: a byte at a time.
 */
#include "net/flow/flow.h"

#include <errno.h>
#include <rte_thash.h>
#include <string.h>

#include "mem/arena.h"

#define V4_BYTES 12 /* two IPv4 addresses and two ports */

size_t flow_arena_size(uint32_t nethreads)
{
	if (nethreads < 2)
		return 0;
	return sizeof(struct flow) + RTE_CACHE_LINE_SIZE +
	       (size_t)nethreads * (nethreads - 1) *
		       (sizeof(struct flow_ring) + RTE_CACHE_LINE_SIZE);
}

static void make_parts(struct flow *f, const uint8_t *key)
{
	uint32_t word[FLOW_KEY_BYTES / 4], i, v;

	for (i = 0; i < FLOW_KEY_BYTES; i++)
		for (v = 0; v < 256; v++) {
			memset(word, 0, sizeof(word));
			word[i / 4] = v << (24 - i % 4 * 8);
			f->part[i][v] =
				rte_softrss(word, FLOW_KEY_BYTES / 4, key);
		}
}

static int make_rings(struct flow *f, struct arena *a)
{
	uint32_t to, from;

	for (to = 0; to < f->nethreads; to++)
		for (from = 0; from < f->nethreads; from++) {
			if (from == to)
				continue;
			f->ring[to][from] =
				arena_alloc(a, sizeof(struct flow_ring),
					    RTE_CACHE_LINE_SIZE);
			if (!f->ring[to][from])
				return -ENOMEM;
		}
	return 0;
}

int flow_init(struct net_shared *sh, struct arena *a, uint32_t nethreads,
	      uint32_t groups)
{
	struct flow *f;
	uint32_t i;

	if (nethreads < 2)
		return 0;
	if (!groups)
		groups = FLOW_GROUPS;
	if (nethreads > IX_MAX_ETHREADS || groups > FLOW_GROUPS_MAX ||
	    (groups & (groups - 1)))
		return -EINVAL;
	f = arena_alloc(a, sizeof(*f), RTE_CACHE_LINE_SIZE);
	if (!f)
		return -ENOMEM;
	f->mask = groups - 1;
	f->nethreads = nethreads;
	for (i = 0; i < groups; i++)
		f->group[i] = (uint8_t)(i % nethreads);
	make_parts(f, sh->hash_key);
	sh->flow = f;
	return make_rings(f, a);
}

uint32_t flow_groups(const struct net_shared *sh, uint32_t id)
{
	const struct flow *f = sh->flow;
	uint32_t i, count = 0;

	for (i = 0; f && i <= f->mask; i++)
		count += f->group[i] == id;
	return count;
}

static uint32_t add(const struct flow *f, unsigned at, const void *bytes,
		    unsigned n)
{
	const uint8_t *b = bytes;
	uint32_t h = 0;
	unsigned i;

	for (i = 0; i < n; i++)
		h ^= f->part[at + i][b[i]];
	return h;
}

uint32_t flow_hash(const struct flow *f, const struct ix_addr *src,
		   const struct ix_addr *dst, uint16_t sport, uint16_t dport)
{
	uint16_t port[2] = { rte_cpu_to_be_16(sport), rte_cpu_to_be_16(dport) };
	uint32_t h;

	if (addr_is_v4(src)) {
		h = add(f, 0, src->b + 12, 4) ^ add(f, 4, dst->b + 12, 4);
		return h ^ add(f, V4_BYTES - 4, port, sizeof(port));
	}
	h = add(f, 0, src->b, 16) ^ add(f, 16, dst->b, 16);
	return h ^ add(f, FLOW_KEY_BYTES - 4, port, sizeof(port));
}

/*
 * UDP ports
 */
int flow_udp_claim(const struct net *n, uint16_t port)
{
	struct flow *f = n->sh->flow;
	uint8_t none = 0, me = (uint8_t)(n->id + 1);

	if (!f ||
	    __atomic_compare_exchange_n(&f->udp[port], &none, me, 0,
					__ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
		return 0;
	return none == me ? 0 : -EXDEV;
}

void flow_udp_release(const struct net *n, uint16_t port)
{
	if (n->sh->flow)
		__atomic_store_n(&n->sh->flow->udp[port], 0, __ATOMIC_RELEASE);
}

/*
 * Writing
 */

/* Room for a record in one piece, with spare bytes left over, or NULL. */
static struct flow_rec *reserve(struct flow_ring *r, uint32_t size,
				uint32_t spare)
{
	uint32_t at = (uint32_t)(r->tail & (FLOW_RING - 1));
	uint32_t skip = at + size > FLOW_RING ? FLOW_RING - at : 0;
	uint64_t end = r->tail + skip + size + spare;
	struct flow_rec *rec;

	if (end - r->head_seen > FLOW_RING)
		r->head_seen = __atomic_load_n(&r->head, __ATOMIC_ACQUIRE);
	if (end - r->head_seen > FLOW_RING)
		return NULL;
	rec = (struct flow_rec *)(void *)(r->data + at);
	if (skip) {
		rec->size = skip;
		rec->kind = FLOW_SKIP;
		__atomic_store_n(&r->tail, r->tail + skip, __ATOMIC_RELEASE);
		rec = (struct flow_rec *)(void *)r->data;
	}
	rec->size = size;
	return rec;
}

static void publish(struct net *n, struct flow_ring *r, uint32_t to,
		    uint32_t size)
{
	__atomic_store_n(&r->tail, r->tail + size, __ATOMIC_RELEASE);
	n->handed_to |= 1u << to;
}

static uint32_t size_of(uint32_t len)
{
	return RTE_ALIGN_CEIL((uint32_t)sizeof(struct flow_rec) + len, 16u);
}

static void copy_out(uint8_t *to, const struct rte_mbuf *m)
{
	for (; m; m = m->next) {
		rte_memcpy(to, rte_pktmbuf_mtod(m, const void *), m->data_len);
		to += m->data_len;
	}
}

void flow_send(struct net *n, uint32_t to, enum flow_kind kind, uint8_t flags,
	       const struct ip_rx *rx, struct rte_mbuf *m)
{
	struct flow_ring *r = n->sh->flow->ring[to][n->id];
	uint32_t size = size_of(m->pkt_len);
	struct flow_rec *rec = reserve(r, size, FLOW_RESERVE);

	if (unlikely(!rec)) {
		STAT(n, flow_drop_full);
		rte_pktmbuf_free(m);
		return;
	}
	STAT(n, flow_tx);
	rec->len = m->pkt_len;
	rec->kind = (uint8_t)kind;
	rec->flags = flags | FLOW_HANDED;
	rec->port = (uint8_t)m->port;
	if (rx) {
		rec->rx = *rx;
	} else {
		rec->tx.flags = m->ol_flags & RTE_MBUF_F_TX_OFFLOAD_MASK;
		rec->tx.offload = m->tx_offload;
	}
	copy_out(rec->data, m);
	publish(n, r, to, size);
	rte_pktmbuf_free(m);
}

void flow_send_end(struct net *n, uint32_t to, const struct ix_addr *src,
		   const struct ix_addr *dst, uint16_t sport, uint16_t dport)
{
	struct flow_ring *r = n->sh->flow->ring[to][n->id];
	struct flow_rec *rec = reserve(r, size_of(0), 0);

	/* then the other one finds out by the next segment */
	if (unlikely(!rec)) {
		STAT(n, flow_drop_full);
		return;
	}
	rec->len = 0;
	rec->kind = FLOW_END;
	rec->flags = FLOW_HANDED;
	rec->rx = (struct ip_rx){ .src = *src, .dst = *dst };
	rec->sport = sport;
	rec->dport = dport;
	publish(n, r, to, size_of(0));
}

/*
 * Reading
 */
const struct flow_rec *flow_next(struct flow_ring *r)
{
	uint64_t tail = __atomic_load_n(&r->tail, __ATOMIC_ACQUIRE);
	const struct flow_rec *rec;

	while (r->head != tail) {
		rec = (const void *)(r->data + (r->head & (FLOW_RING - 1)));
		if (rec->kind != FLOW_SKIP)
			return rec;
		flow_done(r, rec);
	}
	return NULL;
}

void flow_done(struct flow_ring *r, const struct flow_rec *rec)
{
	__atomic_store_n(&r->head, r->head + rec->size, __ATOMIC_RELEASE);
}
