// SPDX-License-Identifier: MIT
/*
 * json.c - write a JSON document into memory that grows
 */
#include "control/host/owner/json.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#define JSON_FIRST 65536
#define JSON_MAX (64u << 20) /* more than any reader takes */

void json_free(struct json *j)
{
	if (j->text)
		munmap(j->text, j->cap);
	memset(j, 0, sizeof(*j));
}

static bool grow(struct json *j, size_t need)
{
	size_t cap = j->cap ? j->cap : JSON_FIRST;
	void *p;

	while (cap < need)
		cap *= 2;
	if (cap > JSON_MAX)
		return false;
	if (j->text)
		p = mremap(j->text, j->cap, cap, MREMAP_MAYMOVE);
	else
		p = mmap(NULL, cap, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (p == MAP_FAILED)
		return false;
	j->text = p;
	j->cap = cap;
	return true;
}

static void put(struct json *j, const char *s, size_t n)
{
	if (j->failed)
		return;
	if (j->len + n > j->cap && !grow(j, j->len + n)) {
		j->failed = true;
		return;
	}
	memcpy(j->text + j->len, s, n);
	j->len += n;
}

/* Bytes beyond ASCII become the Latin-1 character of that number. */
static void put_char(struct json *j, unsigned char c)
{
	char esc[8];

	if (c == '"' || c == '\\') {
		esc[0] = '\\';
		esc[1] = (char)c;
		put(j, esc, 2);
	} else if (c < 0x20 || c >= 0x7f) {
		put(j, esc, (size_t)snprintf(esc, sizeof(esc), "\\u%04x", c));
	} else {
		put(j, (const char *)&c, 1);
	}
}

static void put_string(struct json *j, const char *s)
{
	put(j, "\"", 1);
	for (; *s; s++)
		put_char(j, (unsigned char)*s);
	put(j, "\"", 1);
}

static void begin(struct json *j, const char *key)
{
	if (j->used >> j->depth & 1)
		put(j, ",", 1);
	j->used |= UINT64_C(1) << j->depth;
	if (!key)
		return;
	put_string(j, key);
	put(j, ":", 1);
}

static void open_with(struct json *j, const char *key, const char *bracket)
{
	begin(j, key);
	put(j, bracket, 1);
	j->depth++;
	j->used &= ~(UINT64_C(1) << j->depth);
}

void json_object(struct json *j, const char *key)
{
	open_with(j, key, "{");
}

void json_array(struct json *j, const char *key)
{
	open_with(j, key, "[");
}

void json_end(struct json *j, char bracket)
{
	put(j, &bracket, 1);
	j->depth--;
}

void json_u64(struct json *j, const char *key, uint64_t v)
{
	char text[24];

	begin(j, key);
	put(j, text,
	    (size_t)snprintf(text, sizeof(text), "%llu",
			     (unsigned long long)v));
}

void json_str(struct json *j, const char *key, const char *v)
{
	begin(j, key);
	put_string(j, v);
}

void json_raw(struct json *j, const char *key, const char *value, size_t len)
{
	begin(j, key);
	put(j, value, len);
}
