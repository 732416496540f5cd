/* SPDX-License-Identifier: MIT */
/*
 * numbers.h - descriptors that the kernel has handed out
 */
#ifndef IX_SHIM_NUMBERS_H
#define IX_SHIM_NUMBERS_H

/* The kernel has just handed out fd (< 0: the call failed). If our table has an
 * entry under this number, its descriptor was closed where we did not see it:
 * give it up. */
void number_made(int fd);
/* Make a system call that the shim does not stand in front of, and
 * number_made() for the descriptors that it hands out. As syscall(2). */
long numbers_raw(long nr, const long arg[6]);

#endif
