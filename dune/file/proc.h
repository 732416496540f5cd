/* SPDX-License-Identifier: MIT */
/*
 * proc.h - which files of procfs the program may open
 */
#ifndef IX_DUNE_FILE_PROC_H
#define IX_DUNE_FILE_PROC_H

/* May the program open this object of procfs (an O_PATH descriptor) with these
 * flags of open()? Returns 0 or -EACCES. */
int proc_check(int fd, int flags);
/*
 * Where does this symbolic link of procfs lead (an O_PATH descriptor of the
 * link itself)? Returns 0 with the target's name below procfs_root() in target,
 * which is "" where it is the running program's file (exe_path()); -ENOLINK if
 * it is an ordinary link, whose text is a path; -EACCES or -ENOENT if it may
 * not be followed.
 */
#define PROC_TARGET 32
int proc_follow(int link, char target[PROC_TARGET]);

#endif
