// SPDX-License-Identifier: MIT
/*
 * arena.c - memory that every process of an instance shares
 */
#include "mem/arena.h"

#include <errno.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

#define ALIGN ((size_t)2 << 20) /* pages of 2 MB can be had */

/* Addresses for size bytes with a fence on either side that nobody is given. */
static int reserve(struct arena *a, size_t size)
{
	uintptr_t at;
	void *p;

	if (size > SIZE_MAX - 3 * ALIGN)
		return -ENOMEM;
	a->mapped = size + 3 * ALIGN;
	p = mmap(NULL, a->mapped, PROT_NONE,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (p == MAP_FAILED)
		return -errno;
	at = ((uintptr_t)p / ALIGN + 1) * ALIGN;
	a->map = p;
	a->base = (char *)p + (at - (uintptr_t)p);
	return 0;
}

int arena_create(struct arena *a, const char *name, size_t size)
{
	struct arena new = { .size = size };
	int fd = memfd_create(name, MFD_CLOEXEC);
	int rc = 0;

	if (fd < 0)
		return -errno;
	if (ftruncate(fd, (off_t)size) < 0)
		rc = -errno;
	if (rc == 0)
		rc = reserve(&new, size);
	if (rc == 0 &&
	    mmap(new.base, size, PROT_READ | PROT_WRITE,
		 MAP_SHARED | MAP_NORESERVE | MAP_FIXED, fd, 0) == MAP_FAILED) {
		rc = -errno;
		arena_destroy(&new);
	}
	close(fd);
	/* a core file would have all of it, touched or not */
	if (rc == 0)
		madvise(new.base, size, MADV_DONTDUMP);
	if (rc == 0)
		*a = new;
	return rc;
}

void arena_destroy(struct arena *a)
{
	if (a->base)
		munmap(a->map, a->mapped);
	a->base = NULL;
}

void *arena_alloc(struct arena *a, size_t size, size_t align)
{
	size_t start = (a->used + align - 1) & ~(align - 1);

	if (start > a->size || size > a->size - start)
		return NULL;
	a->used = start + size;
	return a->base + start;
}
