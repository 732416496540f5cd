/* SPDX-License-Identifier: MIT */
/*
 * mapped.h - what the program has mapped in the windows, and what of it ring 3
 * may execute
 *
 * Both the guest's page tables and the host's mappings say what is executable,
 * but nested paging enforces only the guest's. So these must never allow more
 * than the host's: the right to execute is taken away before a mapping changes,
 * and given after it has. A call of the host that fails may have done a part of
 * its work; then the host's mappings are the truth.
 *
 * All functions are called with the lock of aspace.c held. Ranges are whole
 * pages, except for mapped_exec().
 */
#ifndef IX_DUNE_MEM_MAPPED_H
#define IX_DUNE_MEM_MAPPED_H

#include "dune/mem/extents.h"

#define RESERVE (MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE)

/* What the program has mapped. */
extern struct extents mapped;

/* Does `mapped` have room for one more change? */
bool mapped_room(void);
/* Replace what is mapped in the range by an inaccessible reservation of the
 * host. Returns addr or -errno. */
long mapped_reserve(uint64_t addr, uint64_t len);
/* The same, and remove the range from `mapped`. Returns 0 or -errno. */
long mapped_release(uint64_t addr, uint64_t len);
/* Record a mapping that the host has made, and allow the guest to execute it or
 * not. */
void mapped_record(uint64_t addr, uint64_t len, bool exec);

/* Is any part of the range executable? */
bool mapped_exec(uint64_t addr, uint64_t len);
/* Make the range not executable for ring 3; it stays mapped. */
void mapped_take_exec(uint64_t addr, uint64_t len);
/* Make those parts of the range executable that the host's mappings have with
 * PROT_EXEC, and no others. */
void mapped_exec_as_host(uint64_t addr, uint64_t len);

/* After a call that failed, but may have unmapped the range: reserve it again.
 * A hole in the windows must not stay, since a later mapping of the host could
 * come to lie in it. Returns whether there was one. */
bool mapped_mend_hole(uint64_t addr, uint64_t len);
/* The same for a call before which mapped_take_exec() was called: if there is
 * no hole, what is executable on the host becomes so again. exec: some of the
 * range was executable before. */
void mapped_mend(uint64_t addr, uint64_t len, bool exec);
/* After a call that may have unmapped any parts of [addr, end): reserve every
 * hole in it again. */
void mapped_fill(uint64_t addr, uint64_t end);

#endif
