// SPDX-License-Identifier: MIT
/*
 * pagetable.c - x86-64 page tables of four levels
 *
 * Accessed and dirty are always set, so that the CPU never writes to a table.
 * Entries change by one store each; who flushes what is cached is the
 * caller's affair. Tables are never freed one by one: what can be mapped
 * bounds their number.
 */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "dune/host/layout.h"
#include "dune/vm/pagetable.h"

#define TOP_LEVEL 3

bool pt_huge;

int pt_init(struct pt *pt, unsigned max)
{
	void *p = mmap(NULL, max * PAGE_SIZE, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (p == MAP_FAILED)
		return -errno;
	*pt = (struct pt){ .page = p, .max = max };
	return 0;
}

void pt_reset(struct pt *pt)
{
	memset(pt->page, 0, PAGE_SIZE);
	pt->used = 1;
}

static uint64_t *pt_table(const struct pt *pt, uint64_t entry)
{
	return pt->page + ((entry & PTE_ADDR) - pt->gpa) / sizeof(uint64_t);
}

static uint64_t level_size(int level)
{
	return UINT64_C(1) << (12 + 9 * level);
}

static uint64_t *entry_of(uint64_t *table, uint64_t va, int level)
{
	return &table[va >> (12 + 9 * level) & 511];
}

/* A new table's entry, or 0. It holds what the page `large` translated. */
static uint64_t new_table(struct pt *pt, uint64_t large, int level)
{
	uint64_t *t, step = level_size(level - 1);
	unsigned i;

	if (pt->used == pt->max)
		return 0;
	t = pt->page + pt->used * (PAGE_SIZE / sizeof(*t));
	memset(t, 0, PAGE_SIZE);
	for (i = 0; large && i < 512; i++) {
		t[i] = large + i * step;
		if (level == 1)
			t[i] &= ~PTE_LARGE;
	}
	return (pt->gpa + PAGE_SIZE * pt->used++) | PTE_P | PTE_W | PTE_U |
	       PTE_AD;
}

static bool is_table(uint64_t entry, int level)
{
	return level > 0 && (entry & PTE_P) && !(entry & PTE_LARGE);
}

/* The table below *entry, made if need be; 0: no memory. */
static uint64_t *descend(struct pt *pt, uint64_t *entry, int level)
{
	uint64_t e = *entry;

	if (!is_table(e, level)) {
		e = new_table(pt, e, level);
		if (!e)
			return NULL;
		__atomic_store_n(entry, e, __ATOMIC_RELEASE);
	}
	return pt_table(pt, e);
}

static bool fits(uint64_t va, uint64_t gpa, uint64_t len, int level)
{
	uint64_t size = level_size(level);

	return ((va | gpa) & (size - 1)) == 0 && len >= size &&
	       (level < 2 || (level == 2 && pt_huge));
}

uint64_t *pt_second(struct pt *pt, uint64_t va)
{
	return descend(pt, entry_of(pt->page, va, TOP_LEVEL), TOP_LEVEL);
}

int pt_map(struct pt *pt, uint64_t va, uint64_t gpa, uint64_t len,
	   uint64_t flags)
{
	uint64_t *table, *e;
	int level;

	while (len) {
		table = pt->page;
		for (level = TOP_LEVEL;; level--) {
			e = entry_of(table, va, level);
			if (fits(va, gpa, len, level) && !is_table(*e, level))
				break;
			table = descend(pt, e, level);
			if (!table)
				return -ENOMEM;
		}
		*e = gpa | flags | PTE_P | PTE_AD | (level ? PTE_LARGE : 0);
		va += level_size(level);
		gpa += level_size(level);
		len -= level_size(level);
	}
	return 0;
}

static int change_one(uint64_t *e, uint64_t clear, uint64_t set)
{
	uint64_t new = (*e & ~clear) | set;

	if (new == *e)
		return 0;
	__atomic_store_n(e, new, __ATOMIC_RELEASE);
	return 1;
}

/* In one table: the part of [start, end) that it maps. */
static int change_table(struct pt *pt, uint64_t *table, int level,
			uint64_t start, uint64_t end, uint64_t clear,
			uint64_t set)
{
	uint64_t size = level_size(level), next, *e, *below;
	int changed = 0, rc;

	for (; start < end; start = next) {
		next = (start & ~(size - 1)) + size;
		if (next > end)
			next = end;
		e = entry_of(table, start, level);
		if (!(*e & PTE_P))
			continue;
		if (!is_table(*e, level) && ((*e & ~clear) | set) == *e)
			continue;
		if (!is_table(*e, level) && next - start == size) {
			changed |= change_one(e, clear, set);
			continue;
		}
		below = descend(pt, e, level);
		if (!below)
			return -ENOMEM;
		rc = change_table(pt, below, level - 1, start, next, clear,
				  set);
		if (rc < 0)
			return rc;
		changed |= rc;
	}
	return changed;
}

int pt_change(struct pt *pt, uint64_t start, uint64_t end, uint64_t clear,
	      uint64_t set)
{
	if ((start | end) & (PAGE_SIZE - 1))
		return -EINVAL;
	return change_table(pt, pt->page, TOP_LEVEL, start, end, clear, set);
}

uint64_t pt_lookup(const struct pt *pt, uint64_t va)
{
	uint64_t *table = pt->page, e;
	int level;

	for (level = TOP_LEVEL; level >= 0; level--) {
		e = *entry_of(table, va, level);
		if (!is_table(e, level))
			return e & PTE_P ? e : 0;
		table = pt_table(pt, e);
	}
	return 0;
}
