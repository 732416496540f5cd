/* SPDX-License-Identifier: MIT */
/*
 * proc.h - which files of procfs the program may open
 */
#ifndef IX_DUNE_FILE_PROC_H
#define IX_DUNE_FILE_PROC_H

/* May this object of procfs be opened? */
int proc_check(int fd, int flags);
/* Where does this symbolic link of procfs lead? 0 and a name below
 * procfs_root(), empty for the program's own file; -ENOLINK: it is an ordinary
 * one, whose text is a path; or another -errno. */
#define PROC_TARGET 32
int proc_follow(int link, char target[PROC_TARGET]);

#endif
