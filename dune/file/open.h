/* SPDX-License-Identifier: MIT */
/*
 * open.h - opening files by what they are, not by what they are called
 */
#ifndef IX_DUNE_FILE_OPEN_H
#define IX_DUNE_FILE_OPEN_H

#include <stdint.h>
#include <sys/types.h>

/* openat2() for the program. The object is first found without opening it, and
 * refused (-EACCES, -ETXTBSY) if it gives access to memory that is not the
 * program's. Returns a visible descriptor, -errno, or a restart code of
 * dune_native(). resolve has the RESOLVE_* flags of openat2(), or is 0. */
int open_checked(int dirfd, const char *path, int flags, mode_t mode,
		 uint64_t resolve);
/* truncate() for the program; the object is found and judged in the same
 * way. */
long open_truncate(const char *path, uint64_t length);

#endif
