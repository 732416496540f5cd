// SPDX-License-Identifier: MIT
/*
 * native.c - what a signal handler does about the code in native.S
 */
#include <signal.h>

#include "dune/host/native.h"

#define HIDDEN __attribute__((visibility("hidden")))
HIDDEN extern const char dune_native_check[], dune_native_call[];
HIDDEN extern const char dune_native_not_begun[], dune_native_begun[];
HIDDEN extern const char dune_cas_at[], dune_cas_fault[];

void dune_native_unwind(ucontext_t *uc)
{
	greg_t *regs = uc->uc_mcontext.gregs;
	uintptr_t rip = (uintptr_t)regs[REG_RIP];

	if (rip < (uintptr_t)dune_native_check ||
	    rip > (uintptr_t)dune_native_call)
		return;
	/* the instruction leaves its return address in rcx */
	if (rip == (uintptr_t)dune_native_call && regs[REG_RCX])
		regs[REG_RIP] = (greg_t)(uintptr_t)dune_native_begun;
	else
		regs[REG_RIP] = (greg_t)(uintptr_t)dune_native_not_begun;
}

int dune_cas_fixup(ucontext_t *uc)
{
	greg_t *regs = uc->uc_mcontext.gregs;

	if ((uintptr_t)regs[REG_RIP] != (uintptr_t)dune_cas_at)
		return 0;
	regs[REG_RIP] = (greg_t)(uintptr_t)dune_cas_fault;
	return 1;
}
