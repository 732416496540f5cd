/* SPDX-License-Identifier: MIT */
/*
 * exe.h - programs: opening and checking one, then mapping it
 *
 * The two are apart so that an execve() that fails leaves the old program
 * whole: opening changes nothing.
 */
#ifndef IX_DUNE_EXE_H
#define IX_DUNE_EXE_H

#include <elf.h>
#include <limits.h>

#include "dune/internal.h"

#define EXE_PHNUM_MAX 64
#define EXE_SCRIPTS_MAX 5

struct elf_file {
	int fd; /* hidden; -1: none */
	Elf64_Ehdr eh;
	Elf64_Phdr ph[EXE_PHNUM_MAX];
};

struct dune_exe {
	struct elf_file program, interp;
	bool exec_stack;
	char name[PATH_MAX + 1]; /* as given */
	char file[PATH_MAX + 1]; /* of the ELF program */
	/* what scripts put before the arguments, innermost last */
	unsigned nhead;
	char *head[2 * EXE_SCRIPTS_MAX + 1];
};

/* Open path and all that it needs. 0, or -errno as execve() gives it, with one
 * line in err. */
int dune_exe_open(const char *path, struct dune_exe **out, char *err,
		  size_t err_size);
void dune_exe_close(struct dune_exe *exe);
/* Map it into the empty window and build its stack. */
int dune_exe_map(const struct dune_exe *exe, char *const argv[],
		 char *const envp[], struct dune_image *out);

/* stack.c: what the kernel tells a program at its start */
struct exe_start {
	uint64_t phdr, phnum, entry, base;
};
int stack_build(const struct dune_exe *exe, uint64_t top, uint64_t size,
		const struct exe_start *start, char *const argv[],
		char *const envp[], uint64_t *rsp_out);

#endif
