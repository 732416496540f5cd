/* SPDX-License-Identifier: MIT */
/*
 * lockfile.h - lock files, which are free again when their holders are dead
 */
#ifndef IX_DRV_LOCKFILE_H
#define IX_DRV_LOCKFILE_H

#include <stdint.h>

/* The inode number of our network namespace. */
uint64_t lock_netns(void);
/* Open and lock name in dir without waiting: a descriptor, -EWOULDBLOCK: it is
 * locked, or another -errno. */
int lock_try(int dir, const char *name);
/* Does name in dir still refer to the file of fd? */
int lock_same_file(int fd, int dir, const char *name);

#endif
