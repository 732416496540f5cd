/* SPDX-License-Identifier: MIT */
/*
 * arena.h - memory that every process of an instance shares
 *
 * A sparse memfd, mapped with MAP_SHARED before the first fork and thus at the
 * same address in all processes. Guard pages before and behind it make accesses
 * out of bounds fault. Memory is allocated at start only and never freed; it is
 * zero, and pages that are not touched cost nothing.
 */
#ifndef IX_MEM_ARENA_H
#define IX_MEM_ARENA_H

#include <stddef.h>

struct arena {
	char *base;
	size_t size; /* bytes */
	size_t used;
	char *map;     /* the mapping, guard pages included */
	size_t mapped; /* its size, bytes */
};

/* Map size bytes. 0 or -errno. */
int arena_create(struct arena *a, const char *name, size_t size);
void arena_destroy(struct arena *a);
/* Allocate size bytes. align: bytes, a power of two. NULL: exhausted. */
void *arena_alloc(struct arena *a, size_t size, size_t align);

#endif
