/* SPDX-License-Identifier: MIT */
/*
 * exe_link.h - the file of the running program, which /proc/self/exe names
 */
#ifndef IX_DUNE_FILE_EXE_LINK_H
#define IX_DUNE_FILE_EXE_LINK_H

#include <limits.h>
#include <stdbool.h>

void exe_set_path(const char path[PATH_MAX + 1]);
const char *exe_path(void);
/* path, or the program's file if path is one of the names of the link that
 * would lead to ours. */
const char *exe_substitute(const char *path);
bool exe_is_link(const char *path);

#endif
