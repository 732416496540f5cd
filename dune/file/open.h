/* SPDX-License-Identifier: MIT */
/*
 * open.h - opening files by what they are, not by what they are called
 */
#ifndef IX_DUNE_FILE_OPEN_H
#define IX_DUNE_FILE_OPEN_H

#include <stdint.h>
#include <sys/types.h>

/* openat() for the program. The object is found first, without opening it, and
 * refused (EACCES, ETXTBSY) if it leads to memory that is not the program's. A
 * visible fd, or -errno, or as dune_native(). resolve: openat2()'s. */
int open_checked(int dirfd, const char *path, int flags, mode_t mode,
		 uint64_t resolve);
/* truncate() for the program, of an object that is found and judged likewise. */
long open_truncate(const char *path, uint64_t length);

#endif
