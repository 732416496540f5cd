/* SPDX-License-Identifier: MIT */
/*
 * json.h - write a JSON document into memory that grows
 *
 * No malloc: the owner is a fork of a program with threads. Commas are put by
 * the writer; key is NULL inside arrays.
 */
#ifndef IX_HOST_JSON_H
#define IX_HOST_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json {
	char *text;
	size_t len, cap;
	uint64_t used; /* bit d: depth d has a member already */
	unsigned depth;
	bool failed; /* out of memory */
};

void json_free(struct json *j);
void json_object(struct json *j, const char *key);
void json_array(struct json *j, const char *key);
/* bracket: '}' or ']' */
void json_end(struct json *j, char bracket);
void json_u64(struct json *j, const char *key, uint64_t v);
void json_str(struct json *j, const char *key, const char *v);
/* value: JSON text, copied as it is */
void json_raw(struct json *j, const char *key, const char *value, size_t len);

#endif
