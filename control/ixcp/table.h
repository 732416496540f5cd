/* SPDX-License-Identifier: MIT */
/*
 * table.h - rows of text in columns that are as wide as they have to be
 */
#ifndef IXCP_TABLE_H
#define IXCP_TABLE_H

#include <jansson.h>

#define TABLE_MAX_COLUMNS 16

struct column {
	const char *key;    /* in the objects of the array */
	const char *header; /* NULL ends a list of columns */
};

/* Print an array of objects; a line "none" where it is empty. */
void table_print(const json_t *rows, const struct column *columns);

/* text with nothing but printable ASCII: all else is written as a number, \u00e9,
 * or \xff where it is no UTF-8. A terminal takes some characters as commands,
 * or as leave to show others in another order. Cut at size. */
void text_plain(const char *text, char *out, size_t size);

/* A value as text: strings bare, arrays joined by commas, "-" for nothing. */
void table_text(const json_t *value, char *buf, size_t size);

#endif
