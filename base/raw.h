/* SPDX-License-Identifier: MIT */
/*
 * raw.h - a system call that no interposed function sees
 *
 * The shim interposes the C library's functions, and syscall() too, for the
 * program. Our own code would end up in the shim if it called those.
 */
#ifndef IX_BASE_RAW_H
#define IX_BASE_RAW_H

#include <errno.h>
#include <sys/syscall.h>
#include <sys/types.h>

/* As syscall(2): the result, or -1 with errno. */
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

/* raw_call(SYS_x, arguments...): arguments that are not given are 0. */
#define RAW_6(nr, a, b, c, d, e, f, ...)                                  \
	raw_syscall(nr, (const long[6]){ (long)(a), (long)(b), (long)(c), \
					 (long)(d), (long)(e), (long)(f) })
#define raw_call(nr, ...) RAW_6(nr, ##__VA_ARGS__, 0, 0, 0, 0, 0, 0, 0)

/*
 * As fork(), but the C library does not know of it: no handler of
 * pthread_atfork() runs, and no lock of malloc() or stdio is held over it.
 * signal is sent to the parent when the child ends. With 0 none is sent, and
 * wait() does not see the child; only a wait with __WCLONE or __WALL does.
 */
#define raw_fork(signal) ((pid_t)raw_call(SYS_clone, signal))

#endif
