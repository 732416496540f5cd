/* SPDX-License-Identifier: MIT */
/*
 * numbers.h - descriptors that the kernel has handed out
 */
#ifndef IX_SHIM_NUMBERS_H
#define IX_SHIM_NUMBERS_H

/* fd, if it is one, was just made: what our table has under this number is
 * stale, for its descriptor was closed behind our back. */
void number_made(int fd);
/* A system call with no function of ours; numbers that it makes are looked at. As syscall(2). */
long numbers_raw(long nr, const long arg[6]);

#endif
