/* SPDX-License-Identifier: MIT */
/*
 * stack.h - the stack that a program starts with
 */
#ifndef IX_DUNE_LOAD_STACK_H
#define IX_DUNE_LOAD_STACK_H

#include <stdint.h>

#include "dune/load/elf.h"

/* Values for the auxiliary vector: AT_PHDR, AT_PHNUM, AT_ENTRY, AT_BASE. */
struct exe_start {
	uint64_t phdr, phnum, entry, base;
};
/* Write arguments, environment and auxiliary vector below `top`, the end of a
 * stack of `size` bytes. Returns 0, -EFAULT, -ENOMEM, or -E2BIG if they take
 * more than a quarter of the stack. */
int stack_build(const struct dune_exe *exe, uint64_t top, uint64_t size,
		const struct exe_start *start, char *const argv[],
		char *const envp[], uint64_t *rsp_out);

#endif
