/* SPDX-License-Identifier: MIT */
/*
 * tables.h - the guest's page tables
 */
#ifndef IX_DUNE_VM_TABLES_H
#define IX_DUNE_VM_TABLES_H

#include <stdbool.h>
#include <stdint.h>

#include "dune/vm/pagetable.h"

extern struct pt dune_pt;
void tables_lock(void);
void tables_unlock(void);
int vm_build_tables(void);
/* Have the guest use [start, end), where that lies in windows. Returns how many
 * pieces it did not use before, or -errno. */
int vm_use(uint64_t start, uint64_t end);
int vm_add_used_slots(void);
/* Of ring 3's memory, whole pages: may it be executed? Returns 1 if that has
 * changed, 0, or -errno. vCPUs may go on by what they have cached. */
int tables_exec(uint64_t start, uint64_t end, bool executable);
/* Ring 0 may not execute addr: is it code that the host has mapped since the
 * start? Then it may, from now on: 1; 0, or -errno. */
int vm_new_text(uint64_t addr);
/* Make [LOW_BASE, LOW_END) program memory; the caller has reserved it. */
int dune_low_window(void);
/* Address of the vdso as ring 3 sees it; 0: none. */
uint64_t dune_vdso(void);

#endif
