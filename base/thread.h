/* SPDX-License-Identifier: MIT */
/*
 * thread.h - whether a thread is dead or stopped, by its thread id
 */
#ifndef IX_BASE_THREAD_H
#define IX_BASE_THREAD_H

#include <stdbool.h>
#include <stdint.h>

/* Values for the argument proc instead of a descriptor of /proc. */
#define PROC_BY_NAME (-1) /* open files by their names, "/proc/..." */
#define PROC_NONE (-2)	  /* read none: zombies and stops go unnoticed */

/*
 * Is the thread gone, or a zombie, which still has its id but does not run any
 * more? In doubt the result is false, since the caller takes over what the
 * thread held. proc is a descriptor of /proc, or PROC_*.
 */
bool thread_dead(int proc, uint32_t tid);
/* Is the thread stopped, by a signal or by a debugger? In doubt: false. */
bool thread_stopped(int proc, uint32_t tid);

#endif
