/* SPDX-License-Identifier: MIT */
/*
 * fork.h - the child shares every open socket
 */
#ifndef IX_SHIM_FORK_H
#define IX_SHIM_FORK_H

#include <sys/types.h>

/* 0 or -errno. */
int fork_init(void);
/* After fork(): in the parent, which knows the number now; pid. */
pid_t fork_told(pid_t pid);
/* The system call nr, which forks: the C library does not hear of it. */
pid_t fork_raw(long nr, const long args[6]);
/* The process ends. */
void fork_leave(void);

#endif
