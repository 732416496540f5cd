/* SPDX-License-Identifier: MIT */
/*
 * procfs.h - the host's /proc, and the names of objects in it
 */
#ifndef IX_DUNE_FILE_PROCFS_H
#define IX_DUNE_FILE_PROCFS_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#define PROC_MAGIC 0x9fa0 /* statfs() of procfs */

int procfs_start(void); /* 0 or -errno */
/* Hidden descriptors for the host's own use: of /proc itself, and of a new one
 * of the file `name` below it, or -errno. They work whatever root directory and
 * RLIMIT_NOFILE the program has set. */
int procfs_root(void);
int procfs_open(const char *name, int flags);
/* The text of the link /proc/self/fd/<fd>, which is the kernel's name of the
 * object: its length without the terminating 0, or -errno. */
long procfs_fd_name(int fd, char *to, size_t size);
/* The name of a procfs object, relative to the root of the procfs mount that it
 * is in. *ours_out says whether that is the instance of procfs that the host
 * itself uses. Returns 0 or -EACCES. */
int procfs_name(int fd, char to[PATH_MAX + 1], bool *ours_out);

#endif
