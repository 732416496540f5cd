/* SPDX-License-Identifier: MIT */
/*
 * native.h - system calls made by the host thread
 */
#ifndef IX_DUNE_HOST_NATIVE_H
#define IX_DUNE_HOST_NATIVE_H

#include <stdint.h>
#include <ucontext.h>

/* What the kernel never shows to a program: how a call that was interrupted
 * goes on. */
#define DUNE_ERESTARTSYS 512	/* again, if the handler has SA_RESTART */
#define DUNE_ERESTARTNOINTR 513 /* it has not begun: again in any case */

/* A system call, unless *stop is set or becomes so before it has begun: the
 * kernel's result or one of the above, negative. */
long dune_native_raw(const volatile int *stop, long nr, const uint64_t arg[6]);
/* In a signal handler that has set *stop: a call that it interrupted before
 * its beginning, or that the kernel would restart, returns. */
void dune_native_unwind(ucontext_t *uc);

/* Compare and exchange a word of the program: 1, 0 or -EFAULT. */
int dune_cas_raw(uint32_t *word, uint32_t *old, uint32_t new);
/* Did it fault? Then its context goes on behind the fault. */
int dune_cas_fixup(ucontext_t *uc);

void dune_restorer(void);
void dune_sigreturn_to(const void *ucontext, uint64_t fs_base)
	__attribute__((noreturn));

#endif
