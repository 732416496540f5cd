/* SPDX-License-Identifier: MIT */
/*
 * thread.h - what has become of a thread, by its id
 */
#ifndef IX_BASE_THREAD_H
#define IX_BASE_THREAD_H

#include <stdbool.h>
#include <stdint.h>

/* Instead of a descriptor of /proc. */
#define PROC_BY_NAME (-1) /* as "/proc" */
#define PROC_NONE (-2)	  /* do not look there: only what is gone is noticed */

/*
 * Is the thread gone, or a zombie, which still has its id but runs no more? true
 * only where that is known: who asks means to take what the thread held.
 * proc: a descriptor of /proc, or PROC_*.
 */
bool thread_dead(int proc, uint32_t tid);
/* Is it stopped, by a signal or in a debugger? */
bool thread_stopped(int proc, uint32_t tid);

#endif
