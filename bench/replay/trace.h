/* SPDX-License-Identifier: MIT */
/*
 * trace.h - a fixed series of memcached requests and the answers to them
 *
 * Made before the measurement and only read in it. The values of keys never
 * change, so an answer does not depend on the order between connections.
 */
#ifndef IX_BENCH_TRACE_H
#define IX_BENCH_TRACE_H

#include <stdint.h>

#include "bench/ixload/load.h"
#include "mem/arena.h"

struct trace_req {
	const char *text, *answer;
	uint32_t text_len, answer_len;
};

struct trace {
	uint32_t n;	  /* requests in all */
	uint32_t preload; /* the first of them store every key */
	struct trace_req *req;
};

/* Store o->keys keys, then n requests as o->kind has them, from o->seed. The
 * same arguments give the same bytes. 0 or -ENOMEM. */
int trace_make(struct arena *a, const struct load_opts *o, uint32_t n,
	       struct trace *out);

#endif
