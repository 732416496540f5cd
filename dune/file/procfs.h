/* SPDX-License-Identifier: MIT */
/*
 * procfs.h - /proc as the host has it, and what an object is called there
 */
#ifndef IX_DUNE_FILE_PROCFS_H
#define IX_DUNE_FILE_PROCFS_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#define PROC_MAGIC 0x9fa0 /* statfs() of procfs */

int procfs_start(void); /* 0 or -errno */
/* A hidden descriptor of /proc, and of a file below it, for the host's own use
 * and whatever the program's root and limits are; or -errno. */
int procfs_root(void);
int procfs_open(const char *name, int flags);
/* The name by which the kernel knows fd's object: its length or -errno. */
long procfs_fd_name(int fd, char *to, size_t size);
/* The name of an object of procfs, relative to the root of its instance of
 * procfs; ours: it is the one that the host uses. 0 or -EACCES. */
int procfs_name(int fd, char to[PATH_MAX + 1], bool *ours_out);

#endif
