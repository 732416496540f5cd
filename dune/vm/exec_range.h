/* SPDX-License-Identifier: MIT */
/*
 * exec_range.h - what ring 3 may execute, in all threads
 */
#ifndef IX_DUNE_VM_EXEC_RANGE_H
#define IX_DUNE_VM_EXEC_RANGE_H

#include <stdbool.h>
#include <stdint.h>

/* Ring 3 may execute [start, end) from now on, or may not any more. What may
 * be read and written is the host mapping's affair. Flushes what other vCPUs
 * have cached. */
void dune_exec_range(uint64_t start, uint64_t end, bool executable);

#endif
