// SPDX-License-Identifier: MIT
/*
 * tcp_mchain.c - a list of one-segment mbufs
 */
#include "net/tcp/state/tcp_mchain.h"

#include <errno.h>
#include <string.h>

void mchain_from(struct mchain *c, struct rte_mbuf *m)
{
	struct rte_mbuf *next;

	*c = (struct mchain){ 0 };
	for (; m; m = next) {
		next = m->next;
		if (m->data_len == 0) {
			rte_pktmbuf_free_seg(m);
			continue;
		}
		if (c->tail)
			c->tail->next = m;
		else
			c->head = m;
		c->tail = m;
		c->len += m->data_len;
		c->segs++;
	}
	if (c->tail)
		c->tail->next = NULL;
}

void mchain_pop(struct mchain *c)
{
	struct rte_mbuf *m = c->head;

	c->head = m->next;
	if (!c->head)
		c->tail = NULL;
	c->len -= m->data_len;
	c->segs--;
	rte_pktmbuf_free_seg(m);
}

void mchain_free(struct mchain *c)
{
	while (c->head)
		mchain_pop(c);
}

static int writable(const struct rte_mbuf *m)
{
	if (RTE_MBUF_CLONED(m) || rte_mbuf_refcnt_read(m) != 1)
		return 0;
	return !RTE_MBUF_HAS_EXTBUF(m) || RTE_MBUF_HAS_PINNED_EXTBUF(m);
}

/* Move little data to the front: the room is for what is packed behind it. */
static void settle(struct rte_mbuf *m)
{
	if (m->data_len > m->data_off || !writable(m))
		return;
	memcpy(m->buf_addr, rte_pktmbuf_mtod(m, char *), m->data_len);
	m->data_off = 0;
}

void mchain_trim_front(struct mchain *c, uint32_t bytes)
{
	while (c->head && bytes >= c->head->data_len) {
		bytes -= c->head->data_len;
		mchain_pop(c);
	}
	if (!c->head || bytes == 0)
		return;
	c->head->data_off = (uint16_t)(c->head->data_off + bytes);
	c->head->data_len = (uint16_t)(c->head->data_len - bytes);
	c->len -= bytes;
	settle(c->head);
}

void mchain_trim_back(struct mchain *c, uint32_t bytes)
{
	uint32_t keep = bytes < c->len ? c->len - bytes : 0;
	struct rte_mbuf *m, *rest;
	struct mchain cut;

	if (keep == 0) {
		mchain_free(c);
		return;
	}
	c->len = keep;
	c->segs = 1;
	for (m = c->head; keep > m->data_len; m = m->next) {
		keep -= m->data_len;
		c->segs++;
	}
	rest = m->next;
	m->data_len = (uint16_t)keep;
	m->next = NULL;
	c->tail = m;
	mchain_from(&cut, rest);
	mchain_free(&cut);
}

void mchain_join(struct mchain *a, struct mchain *b)
{
	if (!b->head)
		return;
	if (a->tail)
		a->tail->next = b->head;
	else
		a->head = b->head;
	a->tail = b->tail;
	a->len += b->len;
	a->segs += b->segs;
	*b = (struct mchain){ 0 };
}

int mchain_packs(const struct mchain *a, const struct mchain *b)
{
	return a->tail && b->head &&
	       b->head->data_len <= rte_pktmbuf_tailroom(a->tail) &&
	       writable(a->tail);
}

uint32_t mchain_pack(struct mchain *a, struct mchain *b)
{
	struct rte_mbuf *to = a->tail;
	uint32_t freed = 0;

	for (; mchain_packs(a, b); freed++) {
		uint16_t len = b->head->data_len;

		memcpy(rte_pktmbuf_mtod_offset(to, char *, to->data_len),
		       rte_pktmbuf_mtod(b->head, char *), len);
		to->data_len = (uint16_t)(to->data_len + len);
		a->len += len;
		mchain_pop(b);
	}
	mchain_join(a, b);
	return freed;
}

/* Append an empty mbuf of pool, or NULL. */
static struct rte_mbuf *grow(struct mchain *c, struct rte_mempool *pool)
{
	struct rte_mbuf *m = rte_pktmbuf_alloc(pool);

	if (!m)
		return NULL;
	if (c->tail)
		c->tail->next = m;
	else
		c->head = m;
	c->tail = m;
	c->segs++;
	return m;
}

static int append(struct mchain *c, const char *from, uint32_t len,
		  struct rte_mempool *pool)
{
	while (len) {
		struct rte_mbuf *m = c->tail;
		uint32_t room = m ? rte_pktmbuf_tailroom(m) : 0, part;

		if (!room) {
			m = grow(c, pool);
			if (!m)
				return -ENOBUFS;
			room = rte_pktmbuf_tailroom(m);
		}
		part = len < room ? len : room;
		memcpy(rte_pktmbuf_mtod_offset(m, char *, m->data_len), from,
		       part);
		m->data_len = (uint16_t)(m->data_len + part);
		c->len += part;
		from += part;
		len -= part;
	}
	return 0;
}

int mchain_clone(struct mchain *to, const struct mchain *c, uint32_t skip,
		 struct rte_mempool *pool)
{
	const struct rte_mbuf *m;

	*to = (struct mchain){ 0 };
	for (m = c->head; m; m = m->next) {
		uint32_t off = skip < m->data_len ? skip : m->data_len;

		skip -= off;
		if (append(to, rte_pktmbuf_mtod_offset(m, const char *, off),
			   m->data_len - off, pool) < 0) {
			mchain_free(to);
			return -ENOBUFS;
		}
	}
	return 0;
}
