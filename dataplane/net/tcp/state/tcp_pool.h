/* SPDX-License-Identifier: MIT */
/*
 * tcp_pool.h - a pool of elements of one size in the arena, reused LIFO
 *
 * The memory of an element is not touched before its first use. The first four
 * bytes of a free element link the free list; the rest keeps its content.
 */
#ifndef IX_NET_TCP_POOL_H
#define IX_NET_TCP_POOL_H

#include <errno.h>
#include <stdint.h>

#include "mem/arena.h"

#define POOL_NONE UINT32_MAX

struct tcp_pool {
	char *base;
	uint32_t size; /* bytes of an element */
	uint32_t max;  /* elements */
	uint32_t hi;   /* elements that were ever used: those below hi */
	uint32_t free; /* head of the free list: index + 1; 0: empty */
	uint32_t used; /* elements in use now */
	uint32_t reserved;
};

static inline int pool_init(struct tcp_pool *p, struct arena *a, uint32_t size,
			    uint32_t max)
{
	p->base = arena_alloc(a, (size_t)size * max, 64);
	p->size = size;
	p->max = max;
	p->hi = 0;
	p->free = 0;
	p->used = 0;
	return p->base ? 0 : -ENOMEM;
}

static inline void *pool_at(const struct tcp_pool *p, uint32_t i)
{
	return p->base + (size_t)p->size * i;
}

static inline uint32_t pool_index(const struct tcp_pool *p, const void *e)
{
	return (uint32_t)((size_t)((const char *)e - p->base) / p->size);
}

/* Take an element: its index, or POOL_NONE. */
static inline uint32_t pool_get(struct tcp_pool *p)
{
	uint32_t i;

	if (p->free) {
		i = p->free - 1;
		p->free = *(uint32_t *)pool_at(p, i);
	} else if (p->hi < p->max) {
		i = p->hi++;
	} else {
		return POOL_NONE;
	}
	p->used++;
	return i;
}

static inline void pool_put(struct tcp_pool *p, uint32_t i)
{
	*(uint32_t *)pool_at(p, i) = p->free;
	p->free = i + 1;
	p->used--;
}

#endif
