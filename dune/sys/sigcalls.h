/* SPDX-License-Identifier: MIT */
/*
 * sigcalls.h - calls that wait for signals, and threads that there are not
 */
#ifndef IX_DUNE_SYS_SIGCALLS_H
#define IX_DUNE_SYS_SIGCALLS_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* ppoll, pselect6, epoll_pwait and their like: with a mask for the wait. The
 * mask is read by the caller of this. */
long dune_native_masked(long nr, const uint64_t a[6], const sigset_t *mask);
/* Is tid a thread of this process that the program has not made? */
bool thread_hidden(pid_t tid);

#endif
