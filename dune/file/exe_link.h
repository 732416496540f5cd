/* SPDX-License-Identifier: MIT */
/*
 * exe_link.h - the file of the running program, which /proc/self/exe names
 */
#ifndef IX_DUNE_FILE_EXE_LINK_H
#define IX_DUNE_FILE_EXE_LINK_H

#include <limits.h>
#include <stdbool.h>

/* The path of the running program's ELF file; "" before the first program. */
void exe_set_path(const char path[PATH_MAX + 1]);
const char *exe_path(void);
/* For the kernel /proc/self/exe leads to the host's own file (ix-run). Returns
 * the running program's path if `path` is a name of that link, else `path`. */
const char *exe_substitute(const char *path);
/* Is this a name of the calling process's exe link? */
bool exe_is_link(const char *path);

#endif
