/* SPDX-License-Identifier: MIT */
/*
 * stack.h - the stack that a program starts with
 */
#ifndef IX_DUNE_LOAD_STACK_H
#define IX_DUNE_LOAD_STACK_H

#include <stdint.h>

#include "dune/load/elf.h"

/* What the kernel tells a program at its start */
struct exe_start {
	uint64_t phdr, phnum, entry, base;
};
int stack_build(const struct dune_exe *exe, uint64_t top, uint64_t size,
		const struct exe_start *start, char *const argv[],
		char *const envp[], uint64_t *rsp_out);

#endif
