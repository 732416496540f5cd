/* SPDX-License-Identifier: MIT */
/*
 * aspace.h - the program's memory: mmap and its relatives
 *
 * The windows are reserved from end to end: what the program has not mapped is
 * PROT_NONE memory of the host, so that nothing of the host ever lands there.
 */
#ifndef IX_DUNE_MEM_ASPACE_H
#define IX_DUNE_MEM_ASPACE_H

#include <stdbool.h>
#include <stdint.h>

#include "dune/host/layout.h"

/* Of the window, the program gets what lies between these: a count up to 2 GB
 * that starts in its memory ends in the window. */
#define ASPACE_LO (WINDOW_BASE + (UINT64_C(1) << 20))
#define ASPACE_HI (WINDOW_END - (UINT64_C(2) << 30))
/* Never mapped below a stack. */
#define ASPACE_STACK_GUARD (UINT64_C(1) << 20)

int aspace_start(void);	 /* reserve the windows */
void aspace_clear(void); /* exec: give back all but the regions */
long aspace_mmap(uint64_t addr, uint64_t len, int prot, int flags, int fd,
		 uint64_t off);
long aspace_munmap(uint64_t addr, uint64_t len);
long aspace_mprotect(uint64_t addr, uint64_t len, int prot);
long aspace_mremap(uint64_t addr, uint64_t old_len, uint64_t new_len, int flags,
		   uint64_t new_addr);
long aspace_brk(uint64_t addr);
void aspace_set_brk(uint64_t start);
/* Is addr in a mapping of the program, whatever its rights? */
bool aspace_mapped(uint64_t addr);

/* Is it all in the windows, mapped or not? */
bool aspace_in_window(uint64_t addr, uint64_t len);
/* Make the low window usable; 0 or -errno. */
int aspace_low(void);
/* Where a position-independent program of this size goes. */
uint64_t aspace_place_image(uint64_t size, uint64_t align);
/* Map a stack with a guard below it; its top, or -errno. */
long aspace_stack(uint64_t size, bool executable);

long aspace_madvise(uint64_t addr, uint64_t len, int advice);
/* A call that changes no mapping (msync, mincore, mlock, mbind) on the range at
 * a[0] of a[1] bytes. -ENOMEM where not all of it is mapped. */
long aspace_on_range(long nr, const uint64_t a[6]);
/* May addr be executed? A change that is under way is waited for. */
bool aspace_executable(uint64_t addr);
long aspace_mlockall(int flags);
long aspace_munlockall(void);
long aspace_shmat(int id, uint64_t addr, int flags);
long aspace_shmdt(uint64_t addr);

/* The program's limits, which are not the host's: bytes. */
void aspace_limit(uint64_t as, uint64_t data);

#endif
