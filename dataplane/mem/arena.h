/* SPDX-License-Identifier: MIT */
/*
 * arena.h - memory that every process of an instance shares
 *
 * A sparse memfd, MAP_SHARED, mapped once before the first fork and thus at
 * the same address in all of them. Before and behind it lies a fence, a page at
 * least, that nobody may access: what goes too far faults. Allocation is at start
 * only and is never undone; untouched pages cost nothing. Memory is zero.
 */
#ifndef IX_MEM_ARENA_H
#define IX_MEM_ARENA_H

#include <stddef.h>

struct arena {
	char *base;
	size_t size; /* bytes */
	size_t used;
	char *map; /* with the fences */
	size_t mapped;
};

/* Map size bytes. 0 or -errno. */
int arena_create(struct arena *a, const char *name, size_t size);
void arena_destroy(struct arena *a);
/* align: a power of two. NULL: exhausted. */
void *arena_alloc(struct arena *a, size_t size, size_t align);

#endif
