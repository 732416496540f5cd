/* SPDX-License-Identifier: MIT */
/*
 * memory.h - the memory that all forks of a program share, and pools in it
 */
#ifndef IX_SHARE_MEMORY_H
#define IX_SHARE_MEMORY_H

#include <stddef.h>
#include <stdint.h>

/* Memory shared by all forks, zeroed; never given back to the system. */
void *ix_shared_alloc(size_t size, size_t align);
/* Bytes of it that were given out, from ix_info()->app_base on. */
size_t ix_shared_used(void);

/*
 * In a guest, before the start: the anchor (below) of those who came before;
 * NULL: nobody did, or this is no guest.
 */
void *ix_shared_find(void);
/* One pointer of the caller's that all find: NULL until somebody has set it,
 * which counts once. The one that counts. */
void *ix_shared_anchor(void *mine);

/*
 * A pool of equal objects in shared memory; LIFO. Callers lock.
 */
struct ix_pool {
	void *free;
	uint32_t size; /* bytes of one object */
	uint32_t in_use;
};
void *ix_pool_get(struct ix_pool *p); /* NULL: out of memory; not zeroed */
void ix_pool_put(struct ix_pool *p, void *obj);

#endif
