/* SPDX-License-Identifier: MIT */
/*
 * lockall.h - mlockall: what the program has mapped, not what the stack has
 */
#ifndef IX_SHIM_LOCKALL_H
#define IX_SHIM_LOCKALL_H

/* mlockall(), munlockall(): 0, -errno. */
int lockall_set(int flags);
int lockall_clear(void);

/* Around a start, which maps a lot. */
void lockall_pause(void);
void lockall_resume(void);

#endif
