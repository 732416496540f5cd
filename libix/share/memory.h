/* SPDX-License-Identifier: MIT */
/*
 * memory.h - the memory that all forks of a program share, and pools in it
 */
#ifndef IX_SHARE_MEMORY_H
#define IX_SHARE_MEMORY_H

#include <stddef.h>
#include <stdint.h>

/* Memory that all forks share, zeroed; it cannot be given back. NULL: none is
 * left. */
void *ix_shared_alloc(size_t size, size_t align);
/* Bytes of it that were given out, from ix_info()->app_base on. */
size_t ix_shared_used(void);

/*
 * In a guest, before the start: the anchor (below) that an earlier program has
 * set; NULL: none has, or this is no guest.
 */
void *ix_shared_find(void);
/* The anchor, a pointer that all programs of the instance find. mine: set it to
 * this, unless it is set already; NULL: only ask. Returns what it is; NULL: not
 * set. */
void *ix_shared_anchor(void *mine);

/*
 * A pool of objects of one size in shared memory. Callers lock.
 */
struct ix_pool {
	void *free;
	uint32_t size; /* bytes of one object */
	uint32_t in_use;
};
void *ix_pool_get(struct ix_pool *p); /* NULL: out of memory; not zeroed */
void ix_pool_put(struct ix_pool *p, void *obj);

#endif
