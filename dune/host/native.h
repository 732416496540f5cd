/* SPDX-License-Identifier: MIT */
/*
 * native.h - the assembly under dune_native(): a system call that no signal can
 * slip past before it blocks
 */
#ifndef IX_DUNE_HOST_NATIVE_H
#define IX_DUNE_HOST_NATIVE_H

#include <stdint.h>
#include <ucontext.h>

/* How an interrupted call goes on. These are the kernel's internal codes, which
 * no program ever sees; negative, they are results of dune_native(). */
#define DUNE_ERESTARTSYS 512	/* restart it if the handler has SA_RESTART */
#define DUNE_ERESTARTNOINTR 513 /* it has not begun: restart it in any case */

/* Make a system call, unless *stop is set before it has begun. Returns the
 * kernel's result, -errno included, or one of the two codes above, negative. */
long dune_native_raw(const volatile int *stop, long nr, const uint64_t arg[6]);
/* Called by a signal handler that has set *stop: if it interrupted
 * dune_native_raw() before the call began, or in a call that the kernel would
 * restart, change the context so that dune_native_raw() returns its code. */
void dune_native_unwind(ucontext_t *uc);

/* Compare and exchange a word of the program's memory. Returns 1 if it is
 * exchanged, 0 if it was not *old (which then holds its value), or -EFAULT. */
int dune_cas_raw(uint32_t *word, uint32_t *old, uint32_t new);
/* Called by the handler of SIGSEGV and SIGBUS: if dune_cas_raw() faulted, make
 * it return -EFAULT. Returns 1 if so, else 0. */
int dune_cas_fixup(ucontext_t *uc);

/* sa_restorer of the host's handlers: rt_sigreturn(). */
void dune_restorer(void);
/* Load the context of a signal frame, with this FS base (thread pointer). */
void dune_sigreturn_to(const void *ucontext, uint64_t fs_base)
	__attribute__((noreturn));

#endif
