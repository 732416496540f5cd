// SPDX-License-Identifier: MIT
/*
 * table.c - rows of text in columns that are as wide as they have to be
 */
#include "control/ixcp/table.h"

#include <stdio.h>
#include <string.h>

/* The character at s and its length; a byte that begins none: -1. */
static long decode(const unsigned char *s, size_t *len_out)
{
	static const struct {
		unsigned char mask, lead;
		size_t len;
		long min;
	} form[] = { { 0x80, 0x00, 1, 0 },
		     { 0xe0, 0xc0, 2, 0x80 },
		     { 0xf0, 0xe0, 3, 0x800 },
		     { 0xf8, 0xf0, 4, 0x10000 } };
	size_t k, i;
	long c;

	*len_out = 1;
	for (k = 0; k < 4 && (s[0] & form[k].mask) != form[k].lead; k++)
		;
	if (k == 4)
		return -1;
	c = s[0] & ~form[k].mask & 0xff;
	for (i = 1; i < form[k].len; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return -1;
		c = c << 6 | (s[i] & 0x3f);
	}
	if (c < form[k].min || c > 0x10ffff)
		return -1;
	*len_out = form[k].len;
	return c;
}

void text_plain(const char *text, char *out, size_t size)
{
	const unsigned char *s = (const unsigned char *)text;
	char one[16];
	size_t n = 0, len;
	long c;

	for (; *s; s += len) {
		c = decode(s, &len);
		if (c >= 0x20 && c < 0x7f)
			snprintf(one, sizeof(one), "%c", (char)c);
		else
			snprintf(one, sizeof(one),
				 c < 0	     ? "\\x%02lx" :
				 c < 0x10000 ? "\\u%04lx" :
					       "\\U%08lx",
				 c < 0 ? (long)s[0] : c);
		if (n + strlen(one) >= size)
			break;
		memcpy(out + n, one, strlen(one));
		n += strlen(one);
	}
	out[n] = 0;
}

static void scalar_text(const json_t *v, char *buf, size_t size)
{
	switch (v ? json_typeof(v) : JSON_NULL) {
	case JSON_STRING:
		text_plain(json_string_value(v), buf, size);
		break;
	case JSON_INTEGER:
		snprintf(buf, size, "%lld", (long long)json_integer_value(v));
		break;
	case JSON_REAL:
		snprintf(buf, size, "%.1f", json_real_value(v));
		break;
	case JSON_TRUE:
	case JSON_FALSE:
		snprintf(buf, size, "%s", json_is_true(v) ? "yes" : "no");
		break;
	default:
		buf[0] = 0;
	}
}

/* An object stands for its name; that its link is down is worth a word. */
static void item_text(const json_t *v, char *buf, size_t size)
{
	const char *link = json_string_value(json_object_get(v, "link"));
	size_t n;

	scalar_text(json_is_object(v) ? json_object_get(v, "name") : v, buf,
		    size);
	n = strlen(buf);
	if (link && strcmp(link, "down") == 0)
		snprintf(buf + n, size - n, " (down)");
}

void table_text(const json_t *value, char *buf, size_t size)
{
	size_t n = 0, i;

	buf[0] = 0;
	if (!json_is_array(value))
		item_text(value, buf, size);
	for (i = 0; i < json_array_size(value) && n + 1 < size; i++) {
		char item[256];

		item_text(json_array_get(value, i), item, sizeof(item));
		snprintf(buf + n, size - n, "%s%s", i ? "," : "", item);
		n = strlen(buf);
	}
	if (!buf[0])
		snprintf(buf, size, "-");
}

static size_t column_width(const json_t *rows, const struct column *c)
{
	size_t width = strlen(c->header), i;
	char text[512];

	for (i = 0; i < json_array_size(rows); i++) {
		table_text(json_object_get(json_array_get(rows, i), c->key),
			   text, sizeof(text));
		if (strlen(text) > width)
			width = strlen(text);
	}
	return width;
}

static void put(const char *text, size_t width, int last)
{
	if (last)
		printf("%s\n", text);
	else
		printf("%-*s  ", (int)width, text);
}

void table_print(const json_t *rows, const struct column *columns)
{
	size_t width[TABLE_MAX_COLUMNS], i, k, n;
	char text[512];

	if (!json_array_size(rows)) {
		puts("none");
		return;
	}
	for (n = 0; n < TABLE_MAX_COLUMNS && columns[n].header; n++)
		width[n] = column_width(rows, &columns[n]);
	for (k = 0; k < n; k++)
		put(columns[k].header, width[k], k + 1 == n);
	for (i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);

		for (k = 0; k < n; k++) {
			table_text(json_object_get(row, columns[k].key), text,
				   sizeof(text));
			put(text, width[k], k + 1 == n);
		}
	}
}
