/* SPDX-License-Identifier: MIT */
/*
 * exec_range.h - change what ring 3 may execute, in all threads
 */
#ifndef IX_DUNE_VM_EXEC_RANGE_H
#define IX_DUNE_VM_EXEC_RANGE_H

#include <stdbool.h>
#include <stdint.h>

/* Allow ring 3 to execute [start, end), whole pages, or forbid it; reading and
 * writing depend on the host's mappings alone. When a call that forbids
 * returns, no vCPU uses a cached translation that allows it. */
void dune_exec_range(uint64_t start, uint64_t end, bool executable);

#endif
