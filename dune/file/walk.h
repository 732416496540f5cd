/* SPDX-License-Identifier: MIT */
/*
 * walk.h - from a path to an object
 */
#ifndef IX_DUNE_FILE_WALK_H
#define IX_DUNE_FILE_WALK_H

#include <stdint.h>

/* An O_PATH descriptor of what path names, at a low number; of `flags`,
 * O_NOFOLLOW and O_DIRECTORY count. Nothing has been checked but jumps. */
int open_find(int dirfd, const char *path, int flags, uint64_t resolve);

#endif
