/* SPDX-License-Identifier: MIT */
/*
 * layout.h - the layout of the address space that host and guest share
 */
#ifndef IX_DUNE_HOST_LAYOUT_H
#define IX_DUNE_HOST_LAYOUT_H

#include <stdbool.h>
#include <stdint.h>

#include "dune/dune.h"

#define PAGE_SIZE UINT64_C(4096)
#define PAGE_MASK (PAGE_SIZE - 1)
#define MB2 (UINT64_C(2) << 20)
#define GB (UINT64_C(1) << 30)
#define HOST_TOP UINT64_C(0x7ffffffff000) /* end of user addresses on Linux */

/* --- the program's address space: see docs/protection.md --- */
#define WINDOW_BASE DUNE_WINDOW_BASE
#define WINDOW_END DUNE_WINDOW_END
#define WINDOW_SIZE (WINDOW_END - WINDOW_BASE)
#define LOW_BASE DUNE_LOW_BASE
#define LOW_END DUNE_LOW_END
/* The address at which ring 3 sees the vdso's data pages and then its code: in
 * the GB above the program's window. */
#define VDSO_ALIAS (WINDOW_END + MB2)

/* Does va lie in the program's window or in the low one? */
static inline bool in_program_window(uint64_t va)
{
	return va < LOW_END || va - WINDOW_BASE < WINDOW_SIZE;
}

static inline uint64_t page_up(uint64_t x)
{
	return (x + PAGE_MASK) & ~PAGE_MASK;
}

/* Does [addr, addr + len) lie in [lo, hi)? Safe against overflow of the sum. */
static inline bool within(uint64_t addr, uint64_t len, uint64_t lo, uint64_t hi)
{
	return addr >= lo && addr <= hi && len <= hi - addr;
}

#endif
