/* SPDX-License-Identifier: MIT */
/*
 * tables.h - the guest's page tables
 */
#ifndef IX_DUNE_VM_TABLES_H
#define IX_DUNE_VM_TABLES_H

#include <stdbool.h>
#include <stdint.h>

#include "dune/vm/pagetable.h"

/* The tables that all vCPUs use, but for a replay; and their lock. */
extern struct pt dune_pt;
void tables_lock(void);
void tables_unlock(void);
/* Map the host's memory, the regions and the vdso: 0 or -errno. */
int vm_build_tables(void);
/* Give the guest those pieces of 1 GB of [start, end) that lie in windows: a
 * memory slot and an entry each. Returns how many are new, or -errno. */
int vm_use(uint64_t start, uint64_t end);
/* Add the memory slots of all pieces in use to a new virtual machine: 0 or
 * -errno. */
int vm_add_used_slots(void);
/* Allow ring 3 to execute its memory [start, end), whole pages, or forbid it.
 * Returns 1 if an entry has changed, 0 if none has, or -errno. Translations
 * that vCPUs have cached stay: see vcpu_flush_others(). */
int tables_exec(uint64_t start, uint64_t end, bool executable);
/* Ring 0 could not execute addr. If the host has mapped code there since the
 * start, allow it. Returns 1 if it is code of the host, 0 if not, or -errno. */
int vm_new_text(uint64_t addr);
/* Make [LOW_BASE, LOW_END), which the caller has reserved, program memory.
 * Returns 0. */
int dune_low_window(void);
/* The address of the vdso as ring 3 sees it; 0 if there is none. */
uint64_t dune_vdso(void);

#endif
