/* SPDX-License-Identifier: MIT */
/*
 * host.h - system calls of the host thread, past the C library
 *
 * The result is the kernel's: -errno on failure. Use these for calls that do
 * not block; dune_native() is for those that may.
 */
#ifndef IX_DUNE_HOST_H
#define IX_DUNE_HOST_H

#include <stdint.h>
#include <sys/syscall.h>

static inline long host_call(long nr, uint64_t a, uint64_t b, uint64_t c,
			     uint64_t d, uint64_t e, uint64_t f)
{
	register uint64_t r10 __asm__("r10") = d;
	register uint64_t r8 __asm__("r8") = e;
	register uint64_t r9 __asm__("r9") = f;
	long ret;

	__asm__ volatile("syscall"
			 : "=a"(ret)
			 : "a"(nr), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8),
			   "r"(r9)
			 : "rcx", "r11", "memory");
	return ret;
}

/* host(SYS_x, arguments...): arguments that are not given are 0. */
#define HOST_6(nr, a, b, c, d, e, f, ...)                          \
	host_call(nr, (uint64_t)(a), (uint64_t)(b), (uint64_t)(c), \
		  (uint64_t)(d), (uint64_t)(e), (uint64_t)(f))
#define host(nr, ...) HOST_6(nr, __VA_ARGS__, 0, 0, 0, 0, 0, 0)

#endif
