// SPDX-License-Identifier: MIT
/*
 * trace.c - a fixed series of memcached requests and the answers to them
 */
#include "bench/replay/trace.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define ANSWER_MAX (KEY_MAX + 1024 + 64) /* of a USR or ETC request */

static const char *keep(struct arena *a, const char *text, size_t len)
{
	char *p = arena_alloc(a, len, 1);

	return p ? memcpy(p, text, len) : NULL;
}

static size_t answer(const struct req *r, char *out)
{
	char *p = out;
	unsigned size;

	if (!r->get)
		return (size_t)sprintf(out, "STORED\r\n");
	size = workload_value_size(r->key);
	p += sprintf(p, "VALUE ");
	p += workload_key(r->key, p);
	p += sprintf(p, " 0 %u\r\n", size);
	workload_value(r->key, p, size);
	p += size;
	p += sprintf(p, "\r\nEND\r\n");
	return (size_t)(p - out);
}

static int add(struct arena *a, const struct load_opts *o, const struct req *r,
	       struct trace_req *t)
{
	char buf[ANSWER_MAX];

	t->text_len = (uint32_t)proto_request(o, r, buf);
	t->text = keep(a, buf, t->text_len);
	t->answer_len = (uint32_t)answer(r, buf);
	t->answer = keep(a, buf, t->answer_len);
	return t->text && t->answer ? 0 : -ENOMEM;
}

int trace_make(struct arena *a, const struct load_opts *o, uint32_t n,
	       struct trace *out)
{
	struct trace t = { .n = o->keys + n, .preload = o->keys };
	struct req r = { 0 };
	uint32_t i;
	int rc = workload_init(o);

	t.req = arena_alloc(a, t.n * sizeof(*t.req), 64);
	if (!t.req)
		return -ENOMEM;
	for (i = 0; i < t.n && rc == 0; i++) {
		r.key = i < t.preload ? i : workload_pick();
		r.get = i >= t.preload && workload_is_get();
		rc = add(a, o, &r, &t.req[i]);
	}
	if (rc == 0)
		*out = t;
	return rc;
}
