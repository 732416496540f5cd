/* SPDX-License-Identifier: MIT */
/*
 * fork.h - be told of forks
 */
#ifndef IX_SHIM_FORK_H
#define IX_SHIM_FORK_H

#include <sys/types.h>

/* 0 or -errno. */
int fork_init(void);
pid_t shim_fork(void);
/* The system call nr, which forks: the C library does not hear of it. */
pid_t fork_raw(long nr, const long args[6]);

#endif
