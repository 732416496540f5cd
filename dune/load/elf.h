/* SPDX-License-Identifier: MIT */
/*
 * elf.h - programs: opening and checking one, then mapping it
 *
 * The two are apart so that an execve() that fails leaves the old program
 * whole: opening changes nothing.
 */
#ifndef IX_DUNE_LOAD_ELF_H
#define IX_DUNE_LOAD_ELF_H

#include <elf.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define EXE_PHNUM_MAX 64
#define EXE_SCRIPTS_MAX 5

struct dune_image {
	uint64_t entry; /* of ld.so, or of the program */
	uint64_t stack; /* rsp */
};
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

/* Map path (an ELF program or a "#!" script) and its interpreter into the
 * empty window and build its stack. */
int dune_load(const char *path, char *const argv[], char *const envp[],
	      struct dune_image *out, char *err, size_t err_size);

#endif
