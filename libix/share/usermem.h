/* SPDX-License-Identifier: MIT */
/*
 * usermem.h - the program's memory, as its calls name it
 *
 * An address may be any number, and Linux answers EFAULT to one that is not
 * the program's. So do we where the fault is handled (ix_fixup() is asked
 * first); elsewhere it is as one of the program's own instructions. Looks and
 * copies cost what they would without.
 */
#ifndef IX_LIBIX_USERMEM_H
#define IX_LIBIX_USERMEM_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/checked_copy.h"

#define IX_USER_END \
	UINT64_C(0x7ffffffff000) /* what lies above is no program's */
#define IX_USER_PAGE 4096

/* Where to go on after a fault at this instruction; 0: it is none of ours. */
uint64_t ix_fixup(uint64_t at);

/* Could it be the program's at all? */
static inline bool ix_user_range(const void *p, size_t n)
{
	uint64_t at = (uintptr_t)p;

	return at <= IX_USER_END && n <= IX_USER_END - at;
}

/* Look at one byte. */
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

/* look() at each page of the n bytes at p; inlined with it. */
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
 * May n bytes be read? For what is read at once by plain C: another thread that
 * takes the memory away meanwhile makes it a fault of the program.
 */
static inline bool ix_user_readable(const void *from, size_t n)
{
	return ix_user_pages(from, n, ix_user_byte);
}

/* The same for writing, which changes nothing. */
bool ix_user_writable(void *to, size_t n);

/* Write a number; false: it could not be. */
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

static inline int ix_user_get(void *to, const void *from, size_t n)
{
	return ix_user_range(from, n) ? ix_user_copy(to, from, n) : -EFAULT;
}

static inline int ix_user_put(void *to, const void *from, size_t n)
{
	return ix_user_range(to, n) ? ix_user_copy(to, from, n) : -EFAULT;
}

#endif
