/* SPDX-License-Identifier: MIT */
/*
 * strict.h - tables in which program memory has the rights of its mappings
 */
#ifndef IX_DUNE_VM_STRICT_H
#define IX_DUNE_VM_STRICT_H

#include <stdbool.h>
#include <stdint.h>

#include "dune/vm/pagetable.h"

/* Tables in which program memory has exactly the rights of its mappings.
 * holes: and where what lies behind the end of a file is absent. */
int vm_strict_tables(struct pt *pt, bool holes);
/* Is addr behind the end of the file that is mapped there? */
bool vm_behind_file(uint64_t addr);

#endif
