/* SPDX-License-Identifier: MIT */
/*
 * open.h - opening files by what they are, not by what they are called
 */
#ifndef IX_DUNE_OPEN_H
#define IX_DUNE_OPEN_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* object.c: look at what is mapped now: its files are the dataplane's. Opens a
 * hidden descriptor of /proc. 0 or -errno. */
int object_start(void);
/* procfs.c: that alone. */
int procfs_start(void);

/* openat() for the program. The object is found first, without opening it, and
 * refused (EACCES, ETXTBSY) if it leads to memory that is not the program's. A
 * visible fd, or -errno, or as dune_native(). resolve: openat2()'s. */
int open_checked(int dirfd, const char *path, int flags, mode_t mode,
		 uint64_t resolve);
/* truncate() for the program, of an object that is found and judged likewise. */
long open_truncate(const char *path, uint64_t length);

/* object.c: the name by which the kernel knows fd's object: its length or -errno. */
long procfs_fd_name(int fd, char *to, size_t size);

/* walk.c: an O_PATH descriptor of what path names, at a low number; of `flags`,
 * O_NOFOLLOW and O_DIRECTORY count. Nothing has been checked but jumps. */
int open_find(int dirfd, const char *path, int flags, uint64_t resolve);

#define PROC_MAGIC 0x9fa0 /* statfs() of procfs */

/* object.c: may the object of this hidden descriptor be opened so? */
int object_check(int fd, int flags);
/* A hidden descriptor of /proc, and of a file below it, for the host's own use
 * and whatever the program's root and limits are; or -errno. */
int procfs_root(void);
int procfs_open(const char *name, int flags);

/* The name of an object of procfs, relative to the root of its instance of
 * procfs; ours: it is the one that the host uses. 0 or -EACCES. */
int procfs_name(int fd, char to[PATH_MAX + 1], bool *ours_out);

/* proc.c: may this object of procfs be opened? */
int proc_check(int fd, int flags);
/* Where does this symbolic link of procfs lead? 0 and a name below
 * procfs_root(), empty for the program's own file; -ENOLINK: it is an ordinary
 * one, whose text is a path; or another -errno. */
#define PROC_TARGET 32
int proc_follow(int link, char target[PROC_TARGET]);

#endif
