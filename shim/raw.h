/* SPDX-License-Identifier: MIT */
/*
 * raw.h - a system call, past the C library
 */
#ifndef IX_SHIM_RAW_H
#define IX_SHIM_RAW_H

#include <errno.h>

/* As syscall(2). */
static inline __attribute__((always_inline)) long raw_syscall(long nr,
							      const long a[6])
{
	register long d __asm__("r10") = a[3];
	register long e __asm__("r8") = a[4];
	register long f __asm__("r9") = a[5];
	long rc;

	__asm__ volatile("syscall"
			 : "=a"(rc)
			 : "a"(nr), "D"(a[0]), "S"(a[1]), "d"(a[2]), "r"(d),
			   "r"(e), "r"(f)
			 : "rcx", "r11", "memory");
	if (rc < 0 && rc >= -4095) {
		errno = (int)-rc;
		rc = -1;
	}
	return rc;
}

#endif
