/* SPDX-License-Identifier: MIT */
/*
 * usermem.h - the program's memory, as its calls name it
 *
 * A program may pass any number as an address, and Linux answers EFAULT where
 * it has no memory. So do the functions here where a handler of SIGSEGV and
 * SIGBUS asks ix_fixup() first; elsewhere the fault is as that of any
 * instruction. Without a fault an access costs as much as a plain one.
 */
#ifndef IX_LIBIX_USERMEM_H
#define IX_LIBIX_USERMEM_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/checked_copy.h"

#define IX_USER_END \
	UINT64_C(0x7ffffffff000) /* no program has memory from here on */
#define IX_USER_PAGE 4096

/* Where to go on after a fault of the instruction at this address; 0: it is not
 * one that may fault. */
uint64_t ix_fixup(uint64_t at);

/* Are these addresses that a program can have? Says nothing of what is
 * there. */
static inline bool ix_user_range(const void *p, size_t n)
{
	uint64_t at = (uintptr_t)p;

	return at <= IX_USER_END && n <= IX_USER_END - at;
}

/* Read one byte; false: it cannot be read. */
static inline bool ix_user_byte(const volatile char *p)
{
	__asm__ goto("1: testb $0, %0\n"
		     ".pushsection ix_fixups, \"aw\"\n"
		     ".balign 8\n"
		     ".quad 1b, %l[fault]\n"
		     ".popsection"
		     :
		     : "m"(*p)
		     : "cc"
		     : fault);
	return true;
fault:
	return false;
}

/* Call look() for each page of the n bytes at p, until it fails; both are
 * inlined. */
static inline __attribute__((always_inline)) bool
ix_user_pages(const char *p, size_t n, bool (*look)(const volatile char *))
{
	const char *last;

	if (!n)
		return true;
	if (!ix_user_range(p, n))
		return false;
	last = p + n - 1;
	for (; last - p >= IX_USER_PAGE; p += IX_USER_PAGE)
		if (!look(p))
			return false;
	return look(p) && look(last);
}

/*
 * Can n bytes be read? For what plain C reads right after it. If another thread
 * unmaps the memory in between, the fault is the program's.
 */
static inline bool ix_user_readable(const void *from, size_t n)
{
	return ix_user_pages(from, n, ix_user_byte);
}

/* Can n bytes be written? Leaves them as they are. */
bool ix_user_writable(void *to, size_t n);

/* Write a number; false: the memory cannot be written. */
#define IX_USER_SET(name, type, insn)                           \
	static inline bool name(type *to, type value)           \
	{                                                       \
		__asm__ goto("1: " insn " %1, %0\n"             \
			     ".pushsection ix_fixups, \"aw\"\n" \
			     ".balign 8\n"                      \
			     ".quad 1b, %l[fault]\n"            \
			     ".popsection"                      \
			     :                                  \
			     : "m"(*to), "r"(value)             \
			     : "memory"                         \
			     : fault);                          \
		return true;                                    \
fault:                                                          \
		return false;                                   \
	}
IX_USER_SET(ix_user_set32, uint32_t, "movl")
IX_USER_SET(ix_user_set64, uint64_t, "movq")

/* 0, or -EFAULT with an unknown part copied. */
static inline int ix_user_copy(void *to, const void *from, size_t n)
{
	return checked_copy(to, from, n);
}

/* Copy from an address that the program gave: 0, or -EFAULT. */
static inline int ix_user_get(void *to, const void *from, size_t n)
{
	return ix_user_range(from, n) ? ix_user_copy(to, from, n) : -EFAULT;
}

/* Copy to an address that the program gave: 0, or -EFAULT. */
static inline int ix_user_put(void *to, const void *from, size_t n)
{
	return ix_user_range(to, n) ? ix_user_copy(to, from, n) : -EFAULT;
}

#endif
