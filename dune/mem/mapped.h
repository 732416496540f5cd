/* SPDX-License-Identifier: MIT */
/*
 * mapped.h - what is mapped in the windows, and what of it may be executed
 *
 * The guest's tables say what may be executed, and so do the host's mappings.
 * For ring 3 the guest's count, so they must never allow more than the host's:
 * execution is taken before a mapping changes, and given when it has. After a
 * call that fails, and may have done a part, the host's mappings say what is
 * true.
 *
 * All are called with the lock of aspace.c held.
 */
#ifndef IX_DUNE_MEM_MAPPED_H
#define IX_DUNE_MEM_MAPPED_H

#include "dune/mem/extents.h"

#define RESERVE (MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE)

extern struct extents mapped;

/* For one more change. */
bool mapped_room(void);
/* Put what may not be accessed over all that is there: address or -errno. */
long mapped_reserve(uint64_t addr, uint64_t len);
/* Likewise, and it is the program's no more: 0 or -errno. */
long mapped_release(uint64_t addr, uint64_t len);
/* Record a mapping that is there, and tell the guest what it may execute. */
void mapped_record(uint64_t addr, uint64_t len, bool exec);

/* Is any of it executable? */
bool mapped_exec(uint64_t addr, uint64_t len);
/* What is mapped there stays so, but not executable. */
void mapped_take_exec(uint64_t addr, uint64_t len);
/* ... but where the host's mappings are. */
void mapped_exec_as_host(uint64_t addr, uint64_t len);

/* A call has failed, but may have unmapped what was there before. A hole in the
 * windows must not be: something of the host might come to lie in it. Was there
 * one? */
bool mapped_mend_hole(uint64_t addr, uint64_t len);
/* ... or taken its execution. exec: some of it was executable. */
void mapped_mend(uint64_t addr, uint64_t len, bool exec);
/* A call has unmapped what it liked of [addr, end): no hole stays. */
void mapped_fill(uint64_t addr, uint64_t end);

#endif
