/* SPDX-License-Identifier: MIT */
/*
 * mediate.h - the functions behind the OWN rows of syscalls.def
 *
 * t->nr is the call's number. The arguments in a[] have been checked as the row
 * declares them. Structs of fixed size (IN, OUT, INOUT, TIMEOUT), sets of
 * descriptors, lengths, paths and strings are copies in host memory, which
 * args.c copies back to the program; an argument that is declared PTR or VAL is
 * as the program gave it.
 */
#ifndef IX_DUNE_SYS_MEDIATE_H
#define IX_DUNE_SYS_MEDIATE_H

#include "dune/host/blocking.h"
#include "dune/host/self.h"
#include "dune/sys/table.h"

/* Handle one system call of ring 3: number and arguments are in t->regs, and
 * the result goes into t->regs.rax. */
void dune_syscall(struct dune_thread *t);

#define NATIVE(...)
#define BLOCK(...)
#define DENY(...)
#define OWN(name, fn, ...) long fn(struct dune_thread *t, const uint64_t a[6]);
#include "dune/sys/syscalls.def"
#undef NATIVE
#undef BLOCK
#undef DENY
#undef OWN

/* The most bytes that Linux transfers in one call (MAX_RW_COUNT). */
#define COUNT_MAX UINT64_C(0x7ffff000)

/* Make system call nr, which may block, in the host thread; a[] are checked. */
static inline long forward(const uint64_t a[6], long nr)
{
	return dune_native(nr, a[0], a[1], a[2], a[3], a[4], a[5]);
}

#endif
