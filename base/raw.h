/* SPDX-License-Identifier: MIT */
/*
 * raw.h - a system call, past the C library and whoever stands in front of it
 *
 * The shim has a syscall() of its own, for programs. Parts of ours come by it
 * only where they mean to.
 */
#ifndef IX_BASE_RAW_H
#define IX_BASE_RAW_H

#include <errno.h>
#include <sys/syscall.h>
#include <sys/types.h>

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

/* raw_call(SYS_x, arguments...): the rest are 0. */
#define RAW_6(nr, a, b, c, d, e, f, ...)                                  \
	raw_syscall(nr, (const long[6]){ (long)(a), (long)(b), (long)(c), \
					 (long)(d), (long)(e), (long)(f) })
#define raw_call(nr, ...) RAW_6(nr, ##__VA_ARGS__, 0, 0, 0, 0, 0, 0, 0)

/*
 * As fork(), but that the C library does not know: no handler runs, and no lock
 * is taken. signal: what the parent gets at the child's end; 0: nothing, and it
 * is none of the children that wait() waits for.
 */
#define raw_fork(signal) ((pid_t)raw_call(SYS_clone, signal))

#endif
