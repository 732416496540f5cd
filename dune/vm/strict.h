/* SPDX-License-Identifier: MIT */
/*
 * strict.h - page tables for a replay: program memory has the rights of its
 * mappings
 */
#ifndef IX_DUNE_VM_STRICT_H
#define IX_DUNE_VM_STRICT_H

#include <stdbool.h>
#include <stdint.h>

#include "dune/vm/pagetable.h"

/* Build tables in pt in which each page of program memory has exactly the
 * rights that /proc/self/maps shows. With holes, pages of a mapping that lie
 * behind the end of its file are not present either. Returns 0 or -errno. */
int vm_strict_tables(struct pt *pt, bool holes);
/* Is addr in a page behind the end of the file that is mapped there? */
bool vm_behind_file(uint64_t addr);

#endif
