/* SPDX-License-Identifier: MIT */
/*
 * sigcalls.h - calls that wait with a signal mask; threads of the host that the
 * program must not see
 */
#ifndef IX_DUNE_SYS_SIGCALLS_H
#define IX_DUNE_SYS_SIGCALLS_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* Make call nr (ppoll, pselect6, epoll_pwait, epoll_pwait2, rt_sigsuspend) with
 * the program's mask replaced by *mask during the wait; NULL: not replaced. The
 * caller has copied the mask: what a[] says of it is ignored. */
long dune_native_masked(long nr, const uint64_t a[6], const sigset_t *mask);
/* Is tid a thread of this process that is not one of the program's? */
bool thread_hidden(pid_t tid);

#endif
