/* SPDX-License-Identifier: MIT */
/*
 * lockall.h - mlockall: what the program has mapped, not what the stack has
 */
#ifndef IX_SHIM_LOCKALL_H
#define IX_SHIM_LOCKALL_H

/* mlockall(), munlockall(): 0, -errno. */
int lockall_set(int flags);
int lockall_clear(void);

/* To be called before and after the start of an instance, which maps gigabytes
 * that MCL_FUTURE must not lock. */
void lockall_pause(void);
void lockall_resume(void);

#endif
