// SPDX-License-Identifier: MIT
/*
 * table.c - rows of text in columns that are as wide as they have to be
 */
#include "control/ixcp/table.h"

#include <stdio.h>
#include <string.h>

static void scalar_text(const json_t *v, char *buf, size_t size)
{
	switch (v ? json_typeof(v) : JSON_NULL) {
	case JSON_STRING:
		snprintf(buf, size, "%s", json_string_value(v));
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
