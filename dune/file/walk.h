/* SPDX-License-Identifier: MIT */
/*
 * walk.h - find the object that a path names, without opening it
 */
#ifndef IX_DUNE_FILE_WALK_H
#define IX_DUNE_FILE_WALK_H

#include <stdint.h>

/* An O_PATH descriptor of what path names, or -errno. Its number is visible to
 * the program, which may replace it: hide it before its object is judged. Of
 * `flags` only O_NOFOLLOW and O_DIRECTORY count; `resolve` has the RESOLVE_*
 * flags of openat2(). Links of procfs that jump to an object (exe, cwd, fd/N)
 * have been checked by proc_follow(); the object itself has not. */
int open_find(int dirfd, const char *path, int flags, uint64_t resolve);

#endif
