/* SPDX-License-Identifier: MIT */
/*
 * fork.h - the child shares every open socket
 */
#ifndef IX_SHIM_FORK_H
#define IX_SHIM_FORK_H

#include <sys/types.h>

/* Install the handlers of pthread_atfork(): 0, or -errno. */
int fork_init(void);
/* To be called with what fork() returned: the parent tells the owner of the
 * child, or drops the child's table if fork() failed. Returns pid. */
pid_t fork_told(pid_t pid);
/* Make the system call nr, which forks without the handlers of
 * pthread_atfork(), and do what they do. As syscall(2). */
pid_t fork_raw(long nr, const long args[6]);
/* The process is about to end: give its descriptor table up, so that its
 * sockets are closed when its parent hears of the end. */
void fork_leave(void);

#endif
