/* SPDX-License-Identifier: MIT */
/*
 * table.h - print tables whose columns are as wide as their widest entry
 */
#ifndef IXCP_TABLE_H
#define IXCP_TABLE_H

#include <jansson.h>

#define TABLE_MAX_COLUMNS 16

struct column {
	const char *key;    /* of the member in each object of the array */
	const char *header; /* NULL ends a list of columns */
};

/* Print an array of objects, one in a row; the line "none" if it is empty. */
void table_print(const json_t *rows, const struct column *columns);

/* Write text to out with printable ASCII only, because a terminal takes some
 * characters as commands, or shows others in another order after them. Each
 * other character becomes a number: \u00e9, or \xff for a byte that is not
 * UTF-8. What does not fit into size bytes is cut off. */
void text_plain(const char *text, char *out, size_t size);

/* Write a value as text: strings without quotes, arrays joined by commas, "-"
 * for null and for what is empty. */
void table_text(const json_t *value, char *buf, size_t size);

#endif
