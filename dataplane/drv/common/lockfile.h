/* SPDX-License-Identifier: MIT */
/*
 * lockfile.h - files that are locked as long as their process lives
 */
#ifndef IX_DRV_LOCKFILE_H
#define IX_DRV_LOCKFILE_H

#include <stdint.h>

/* The inode of the network namespace. */
uint64_t lock_netns(void);
/* Open and lock name in dir without waiting: fd, -EWOULDBLOCK, or -errno. */
int lock_try(int dir, const char *name);
/* Is name in dir still the file that fd is? */
int lock_same_file(int fd, int dir, const char *name);

#endif
