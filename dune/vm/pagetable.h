/* SPDX-License-Identifier: MIT */
/*
 * pagetable.h - x86-64 page tables of four levels, in memory of the host
 */
#ifndef IX_DUNE_VM_PAGETABLE_H
#define IX_DUNE_VM_PAGETABLE_H

#include <stdbool.h>
#include <stdint.h>

/* Bits of an entry: present, writable, user, accessed and dirty, large page, no
 * execute, address. */
#define PTE_P UINT64_C(1)
#define PTE_W UINT64_C(2)
#define PTE_U UINT64_C(4)
#define PTE_AD UINT64_C(0x60)
#define PTE_LARGE UINT64_C(0x80)
#define PTE_NX (UINT64_C(1) << 63)
#define PTE_ADDR UINT64_C(0x000ffffffffff000)

/* All tables of one address space lie in one piece of memory; its first page is
 * the root. */
struct pt {
	uint64_t *page;
	uint64_t gpa;	    /* guest-physical address of page */
	unsigned used, max; /* pages */
};
extern bool pt_huge; /* the guest's CPU has pages of 1 GB */
/* Map memory for max pages of tables: 0 or -errno. pt->gpa is set by the
 * caller, and then pt_reset() called. */
int pt_init(struct pt *pt, unsigned max);
void pt_reset(struct pt *pt); /* remove all translations */
/* Map [va, va + len) to gpa with these PTE_* flags, by the largest pages that
 * fit; all three are multiples of 4 KB. Returns 0, or -ENOMEM if max is too
 * small. */
int pt_map(struct pt *pt, uint64_t va, uint64_t gpa, uint64_t len,
	   uint64_t flags);
/* Clear and set flags of all that is mapped in [start, end); large pages are
 * split where need be. Returns 1 if anything has changed, 0 if not, -ENOMEM, or
 * -EINVAL if the range is not one of whole pages. */
int pt_change(struct pt *pt, uint64_t start, uint64_t end, uint64_t clear,
	      uint64_t set);
/* The entry that translates va, of whatever page size; 0 if none does. */
uint64_t pt_lookup(const struct pt *pt, uint64_t va);
/* The table below the root's entry for va (a PDPT, 512 GB), which is made if it
 * is not there. NULL: no page is left. */
uint64_t *pt_second(struct pt *pt, uint64_t va);

#endif
