// SPDX-License-Identifier: MIT
/*
 * proto.c - requests and answers: memcached's text protocol, and echo
 *
 * Source: memcached's protocol.txt (get, set).
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "load.h"

size_t proto_request_max(const struct load_opts *o)
{
	size_t value = o->kind == LOAD_ETC ? 1024 : o->value_size;

	return KEY_MAX + value + 64;
}

static size_t put(char *out, const char *text)
{
	size_t n = strlen(text);

	memcpy(out, text, n);
	return n;
}

static size_t memcached_request(const struct req *r, char *out)
{
	char *p = out;
	unsigned size;

	if (r->get) {
		p += put(p, "get ");
		p += workload_key(r->key, p);
		p += put(p, "\r\n");
		return (size_t)(p - out);
	}
	size = workload_value_size(r->key);
	p += put(p, "set ");
	p += workload_key(r->key, p);
	p += sprintf(p, " 0 0 %u\r\n", size);
	workload_value(r->key, p, size);
	p += size;
	p += put(p, "\r\n");
	return (size_t)(p - out);
}

size_t proto_request(const struct load_opts *o, const struct req *r, char *out)
{
	if (o->proto == PROTO_MEMCACHED)
		return memcached_request(r, out);
	workload_value(r->key, out, o->value_size);
	return o->value_size;
}

/* "VALUE <key> <flags> <bytes>\r\n<data>\r\nEND\r\n" */
static ssize_t get_answer(const struct req *r, const char *p, size_t len,
			  bool *wrong)
{
	char want[KEY_MAX + 64];
	unsigned size = workload_value_size(r->key);
	size_t n;

	if (len < 5)
		return 0;
	if (memcmp(p, "END\r\n", 5) == 0) {
		*wrong = true; /* every key was stored before */
		return 5;
	}
	n = put(want, "VALUE ");
	n += workload_key(r->key, want + n);
	n += (size_t)sprintf(want + n, " 0 %u\r\n", size);
	if (len < n + size + 7)
		return memcmp(p, want, len < n ? len : n) ? -EPROTO : 0;
	if (memcmp(p, want, n) || memcmp(p + n + size, "\r\nEND\r\n", 7))
		return -EPROTO;
	*wrong = !workload_value_ok(r->key, p + n, size);
	return (ssize_t)(n + size + 7);
}

static ssize_t set_answer(const char *p, size_t len)
{
	if (len < 8)
		return 0;
	return memcmp(p, "STORED\r\n", 8) ? -EPROTO : 8;
}

ssize_t proto_answer(const struct load_opts *o, const struct req *r,
		     const char *p, size_t len, bool *wrong_out)
{
	*wrong_out = false;
	if (o->proto == PROTO_MEMCACHED)
		return r->get ? get_answer(r, p, len, wrong_out) :
				set_answer(p, len);
	if (len < o->value_size)
		return 0;
	*wrong_out = !workload_value_ok(r->key, p, o->value_size);
	return o->value_size;
}
