/* SPDX-License-Identifier: MIT */
/*
 * open.h - opening files by what they are, not by what they are called
 */
#ifndef IX_DUNE_OPEN_H
#define IX_DUNE_OPEN_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Look at what is mapped now: its files are the dataplane's. Opens a hidden
 * descriptor of /proc. */
int open_start(void);

/* openat() for the program. The object is found first, without opening it, and
 * refused (EACCES, ETXTBSY) if it leads to memory that is not the program's. A
 * visible fd, or -errno, or as dune_native(). */
int open_checked(int dirfd, const char *path, int flags, mode_t mode);

/* The name by which the kernel knows fd's object: its length or -errno. */
long open_name_of(int fd, char *to, size_t size);

/* proc.c: may this object of procfs be opened? name: see open_name_of() */
int proc_check(const char *name, int flags);
/* May this symbolic link of procfs be followed? -ENOLINK: it is an ordinary
 * one, whose text is a path. */
int proc_check_link(const char *name);

#endif
