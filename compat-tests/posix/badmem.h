/* SPDX-License-Identifier: MIT */
/*
 * badmem - memory that cannot be read, cannot be written, or ends.
 */
#ifndef IX_POSIX_BADMEM_H
#define IX_POSIX_BADMEM_H

#include <sys/mman.h>

#include "check.h"

#define BAD_PAGE 4096

/* Addresses that nothing may be read from. */
static inline int unreadable(void *bad[4])
{
	bad[0] = (void *)16;
	bad[1] = mmap(NULL, BAD_PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS,
		      -1, 0);
	CHECK(bad[1] != MAP_FAILED);
	bad[2] = (void *)(UINTPTR_MAX - 64);	  /* the kernel's */
	bad[3] = (void *)(uintptr_t)(1ull << 62); /* nobody's */
	return 4;
}

/* The same and one that may only be read. */
static inline int unwritable(void *bad[5])
{
	int n = unreadable(bad);

	bad[n] = mmap(NULL, BAD_PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS,
		      -1, 0);
	CHECK(bad[n] != MAP_FAILED);
	return n + 1;
}

/* The last n bytes before memory that is not there. */
static inline void *before_end(size_t n)
{
	char *p = mmap(NULL, 2 * BAD_PAGE, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	CHECK(p != MAP_FAILED);
	OK(munmap(p + BAD_PAGE, BAD_PAGE));
	return p + BAD_PAGE - n;
}

#endif
