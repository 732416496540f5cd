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

/* The program may map only between these two addresses of its window. So a
 * transfer of up to 2 GB (all that one call of Linux moves) that begins in
 * mapped memory also ends within the window. */
#define ASPACE_LO (WINDOW_BASE + (UINT64_C(1) << 20))
#define ASPACE_HI (WINDOW_END - (UINT64_C(2) << 30))
/* Bytes below a stack that are never mapped. */
#define ASPACE_STACK_GUARD (UINT64_C(1) << 20)

int aspace_start(void);	 /* reserve the program's window: 0 or -errno */
void aspace_clear(void); /* for an exec: unmap all that is in the windows */
/* The system calls of these names, with Linux's results and errors. */
long aspace_mmap(uint64_t addr, uint64_t len, int prot, int flags, int fd,
		 uint64_t off);
long aspace_munmap(uint64_t addr, uint64_t len);
long aspace_mprotect(uint64_t addr, uint64_t len, int prot);
long aspace_mremap(uint64_t addr, uint64_t old_len, uint64_t new_len, int flags,
		   uint64_t new_addr);
long aspace_brk(uint64_t addr);
/* Begin an empty heap at this address, rounded up to a page. */
void aspace_set_brk(uint64_t start);
/* Is addr in a mapping of the program, whatever its protection? */
bool aspace_mapped(uint64_t addr);

/* Does the whole range lie in one of the program's windows, mapped or not? */
bool aspace_in_window(uint64_t addr, uint64_t len);
/* Reserve the low window, if it is not yet: 0 or -errno. */
int aspace_low(void);
/* A free address for a position-independent program of `size` bytes; 0:
 * none. */
uint64_t aspace_place_image(uint64_t size, uint64_t align);
/* Map a stack, and keep a guard below it free. Returns its top or -errno. */
long aspace_stack(uint64_t size, bool executable);

long aspace_madvise(uint64_t addr, uint64_t len, int advice);
/* Make system call nr, which changes no mapping (msync, mincore, mlock, mbind),
 * on the a[1] bytes at a[0]. -ENOMEM where not all of them are mapped. */
long aspace_on_range(long nr, const uint64_t a[6]);
/* May ring 3 execute addr? Waits for a change of mappings that is under way. */
bool aspace_executable(uint64_t addr);
long aspace_mlockall(int flags);
long aspace_munlockall(void);
long aspace_shmat(int id, uint64_t addr, int flags);
long aspace_shmdt(uint64_t addr);

/* Set the program's RLIMIT_AS and RLIMIT_DATA, in bytes; the host process has
 * its own. */
void aspace_limit(uint64_t as, uint64_t data);

#endif
