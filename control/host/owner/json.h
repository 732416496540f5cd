/* SPDX-License-Identifier: MIT */
/*
 * json.h - write a JSON document into memory that grows
 *
 * It does not use malloc(): the owner is a fork of a program with threads. The
 * functions put commas where they belong. Inside an array key is NULL.
 */
#ifndef IX_HOST_JSON_H
#define IX_HOST_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json {
	char *text;	 /* not terminated by a 0 */
	size_t len, cap; /* bytes written, bytes mapped */
	uint64_t used;	 /* bit d: at depth d there is a member already */
	unsigned depth;
	bool failed; /* out of memory, or longer than 64 MB */
};

void json_free(struct json *j);
void json_object(struct json *j, const char *key);
void json_array(struct json *j, const char *key);
/* End the innermost object ('}') or array (']'). */
void json_end(struct json *j, char bracket);
void json_u64(struct json *j, const char *key, uint64_t v);
void json_str(struct json *j, const char *key, const char *v);
/* Add a value that is JSON text already; it is copied as it is. */
void json_raw(struct json *j, const char *key, const char *value, size_t len);

#endif
