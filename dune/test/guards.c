// SPDX-License-Identifier: MIT
/*
 * guards.c - memory of the host that no program may change
 *
 * Each object holds one word over and over, so that a write of any kind to any
 * part of it is seen. The pages around the regions are shared with children,
 * as the regions are; the others are a child's own after a fork.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "dune/host/self.h"
#include "dune/test/gate.h"
#include "dune/test/guards.h"

#define PAGE_BYTES 4096
#define REGION_RW (UINT64_C(3) << 20)
#define REGION_RO (UINT64_C(2) * PAGE_BYTES)

/* In the host's data, so that the words before and behind the secret are. */
static uint64_t data[64];

static struct guard {
	uint64_t *at;
	size_t words;
	uint64_t word;
} guards[10];
static unsigned nguards;
static const struct dune_region *regions;

static void guard(void *at, size_t bytes, uint64_t word)
{
	struct guard *g = &guards[nguards++];
	size_t i;

	*g = (struct guard){ at, bytes / sizeof(word), word };
	for (i = 0; i < g->words; i++)
		g->at[i] = word;
}

/* A region between two pages that nobody may access, as they have to be when
 * the guest starts. */
static int make_region(struct dune_region *r, size_t size, bool writable)
{
	char *p = mmap(NULL, size + 2 * PAGE_BYTES, PROT_NONE,
		       MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		return -errno;
	p += PAGE_BYTES;
	if (mprotect(p, size, PROT_READ | PROT_WRITE))
		return -errno;
	memset(p, writable ? 'w' : 'r', size);
	*r = (struct dune_region){ p, size, writable };
	return 0;
}

int guards_start(struct dune_region region[2])
{
	int ret = make_region(&region[0], REGION_RW, true);

	if (!ret)
		ret = make_region(&region[1], REGION_RO, false);
	regions = region;
	return ret;
}

/* The kernel's writes into them are to be seen, and not to fail. */
static int open_fences(const struct dune_region *r)
{
	char *before = (char *)r->base - PAGE_BYTES;
	char *behind = (char *)r->base + r->size;

	if (mprotect(before, PAGE_BYTES, PROT_READ | PROT_WRITE) ||
	    mprotect(behind, PAGE_BYTES, PROT_READ | PROT_WRITE))
		return -errno;
	guard(before, PAGE_BYTES, GATE_SECRET);
	guard(behind, PAGE_BYTES, GATE_SECRET);
	return 0;
}

int guards_open(void)
{
	void *heap = aligned_alloc(PAGE_BYTES, PAGE_BYTES);
	void *zeros = aligned_alloc(PAGE_BYTES, PAGE_BYTES);
	void *lengths = aligned_alloc(PAGE_BYTES, PAGE_BYTES);
	int ret;

	if (!heap || !zeros || !lengths)
		return -ENOMEM;
	guard(data, sizeof(data), GATE_SECRET);
	guard(heap, PAGE_BYTES, GATE_SECRET);
	ret = open_fences(&regions[0]);
	if (!ret)
		ret = open_fences(&regions[1]);
	guard(regions[1].base, REGION_RO, UINT64_C(0x7272727272727272));
	guard(zeros, PAGE_BYTES, 0);
	guard(lengths, PAGE_BYTES, UINT64_C(64) << 32 | 64);
	return ret;
}

static bool restore(struct guard *g)
{
	bool changed = false;
	size_t i;

	for (i = 0; i < g->words; i++) {
		changed |= g->at[i] != g->word;
		g->at[i] = g->word;
	}
	return changed;
}

long guards_intact(void)
{
	long first = 0;
	unsigned i;

	for (i = 0; i < nguards; i++)
		if (restore(&guards[i]) && !first)
			first = i + 1;
	return first;
}

long guards_object(unsigned n)
{
	switch ((enum guard_object)n) {
	case GUARD_DATA:
		return (long)&data[32];
	case GUARD_HEAP:
		return (long)guards[1].at;
	case GUARD_BEFORE_RW:
		return (long)guards[2].at;
	case GUARD_BEHIND_RW:
		return (long)guards[3].at;
	case GUARD_BEHIND_RO:
		return (long)guards[5].at;
	case GUARD_ZEROS:
		return (long)guards[7].at;
	case GUARD_LENGTHS:
		return (long)guards[8].at;
	case GUARD_STACK:
		return (long)__builtin_frame_address(0);
	case GUARD_THREAD:
		return (long)dune_self;
	case GUARD_VCPU:
		return (long)dune_self->vcpu;
	case GUARD_RUN:
		return (long)dune_self->run;
	}
	return -EINVAL;
}
