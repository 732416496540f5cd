/* SPDX-License-Identifier: MIT */
/*
 * elf.h - load a program: first open and check its files, then map them
 *
 * These are two steps so that an execve() that fails leaves the old program
 * intact: opening changes nothing in memory.
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
	uint64_t entry; /* first rip: ld.so's entry point, or the program's */
	uint64_t stack; /* first rsp */
};
struct elf_file {
	int fd; /* hidden descriptor; -1: there is no such file */
	Elf64_Ehdr eh;
	Elf64_Phdr ph[EXE_PHNUM_MAX];
};

struct dune_exe {
	struct elf_file program, interp;
	bool exec_stack;	 /* the program wants an executable stack */
	char name[PATH_MAX + 1]; /* path as given, perhaps a script's */
	char file[PATH_MAX + 1]; /* path of the ELF program */
	/* What "#!" lines put in place of argv[0], in reverse order: script,
	 * the interpreter's argument, interpreter. */
	unsigned nhead;
	char *head[2 * EXE_SCRIPTS_MAX + 1];
};

/* Open path and all files that it needs (interpreter of a script, ld.so).
 * Returns 0, or -errno as execve() would, with one line in err. */
int dune_exe_open(const char *path, struct dune_exe **out, char *err,
		  size_t err_size);
void dune_exe_close(struct dune_exe *exe);
/* Map the program and its ld.so into the empty window and build its stack.
 * Returns 0 or -errno. */
int dune_exe_map(const struct dune_exe *exe, char *const argv[],
		 char *const envp[], struct dune_image *out);

/* Both steps for path, an ELF program or a "#!" script. Returns 0, or -errno
 * with one line in err. */
int dune_load(const char *path, char *const argv[], char *const envp[],
	      struct dune_image *out, char *err, size_t err_size);

#endif
