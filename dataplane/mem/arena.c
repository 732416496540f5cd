// SPDX-License-Identifier: MIT
/*
 * arena.c - memory that every process of an instance shares
 */
#include "mem/arena.h"

#include <errno.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

int arena_create(struct arena *a, const char *name, size_t size)
{
	int fd = memfd_create(name, MFD_CLOEXEC);
	void *p;
	int rc = 0;

	if (fd < 0)
		return -errno;
	if (ftruncate(fd, (off_t)size) < 0) {
		rc = -errno;
		goto out;
	}
	p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE,
		 fd, 0);
	if (p == MAP_FAILED) {
		rc = -errno;
		goto out;
	}
	a->base = p;
	a->size = size;
	a->used = 0;
out:
	close(fd);
	return rc;
}

void arena_destroy(struct arena *a)
{
	if (a->base)
		munmap(a->base, a->size);
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
