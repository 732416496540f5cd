/* SPDX-License-Identifier: MIT */
/*
 * extents.h - which parts of the windows the program has mapped
 *
 * Neighbours with the same flags are one extent, so that there are about as
 * many as there are gaps. Not thread-safe: the caller holds a lock.
 */
#ifndef IX_DUNE_MEM_EXTENTS_H
#define IX_DUNE_MEM_EXTENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What Linux allows a process by default (vm.max_map_count). */
#define EXTENTS_MAX 65530

enum extent_flag {
	EXTENT_EXEC = 1, /* may be executed */
};

struct extent {
	uint64_t start, end;
	unsigned flags; /* enum extent_flag */
};

struct extents {
	size_t n;
	uint64_t bytes; /* in all of them */
	struct extent at[EXTENTS_MAX];
};

/* Index of the first extent that ends above addr; n if there is none. */
size_t extents_find(const struct extents *e, uint64_t addr);
/* Record [start, end) as mapped with these flags. 0, or -ENOMEM if there would
 * be more than EXTENTS_MAX. */
int extents_set(struct extents *e, uint64_t start, uint64_t end,
		unsigned flags);
/* Record [start, end) as free. 0 or -ENOMEM, likewise. */
int extents_clear(struct extents *e, uint64_t start, uint64_t end);
/* Is any byte of [start, end) mapped? If flags is not 0: with one of them? */
bool extents_any(const struct extents *e, uint64_t start, uint64_t end,
		 unsigned flags);
/* How many bytes of [start, end) are mapped, from start up to the first gap. */
uint64_t extents_covered(const struct extents *e, uint64_t start, uint64_t end);
/* The highest x, a multiple of align (a power of two), such that [x, x + len)
 * is free and lies within [lo, hi); 0 if there is none. */
uint64_t extents_gap(const struct extents *e, uint64_t lo, uint64_t hi,
		     uint64_t len, uint64_t align);

#endif
