/* SPDX-License-Identifier: MIT */
/*
 * pagetable.h - page tables
 */
#ifndef IX_DUNE_VM_PAGETABLE_H
#define IX_DUNE_VM_PAGETABLE_H

#include <stdbool.h>
#include <stdint.h>

#define PTE_P UINT64_C(1)
#define PTE_W UINT64_C(2)
#define PTE_U UINT64_C(4)
#define PTE_AD UINT64_C(0x60)
#define PTE_LARGE UINT64_C(0x80)
#define PTE_NX (UINT64_C(1) << 63)
#define PTE_ADDR UINT64_C(0x000ffffffffff000)

/* Tables in one piece of memory; the first page is the root. */
struct pt {
	uint64_t *page;
	uint64_t gpa;
	unsigned used, max;
};
extern bool pt_huge; /* pages of 1 GB */
int pt_init(struct pt *pt, unsigned max);
void pt_reset(struct pt *pt); /* empty: no translation */
/* Map with the largest pages that fit; all multiples of 4 KB. -ENOMEM. */
int pt_map(struct pt *pt, uint64_t va, uint64_t gpa, uint64_t len,
	   uint64_t flags);
/* Change flags of what is mapped in [start, end), whole pages. Returns 1 if
 * anything changed, 0, -ENOMEM, or -EINVAL. */
int pt_change(struct pt *pt, uint64_t start, uint64_t end, uint64_t clear,
	      uint64_t set);
/* The entry that translates va; 0: none. */
uint64_t pt_lookup(const struct pt *pt, uint64_t va);
/* The second-level table for va, made if need be; 0: no memory. */
uint64_t *pt_second(struct pt *pt, uint64_t va);

#endif
