/* SPDX-License-Identifier: MIT */
/*
 * table_check.c - what a row of syscalls.def must not say: it does not compile
 *
 * No code comes of this. Each argument becomes a number that tells what it is
 * and what it needs of the others, and each row an assertion.
 */
#include <linux/stat.h>
#include <mqueue.h>
#include <sched.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/sysinfo.h>
#include <sys/time.h>
#include <sys/times.h>
#include <sys/timex.h>
#include <sys/utsname.h>
#include <utime.h>

#include "dune/sys/table.h"

#undef VAL
#undef FD
#undef FD_FOR
#undef DIRFD
#undef COUNT
#undef U32
#undef IN
#undef OUT
#undef INOUT
#undef TIMEOUT
#undef IN_N
#undef OUT_N
#undef WORD
#undef PATH
#undef STRING
#undef LEN
#undef OUT_LEN
#undef FDSET
#undef PTR

/* bits 0-15: bytes of FIXED_MAX; what it is; whom it needs: its place + 1 */
#define IS_COUNT (1ul << 16)
#define IS_LEN (1ul << 17)
#define IS_STRING (1ul << 18)
#define IS_PTR (1ul << 19)
#define IS_FDSET (1ul << 28)
#define NEEDS_COUNT(n) (((n) + 1ul) << 20)
#define NEEDS_LEN(n) (((n) + 1ul) << 24)

#define VAL 0ul
#define FD 0ul
#define FD_FOR(use) 0ul
#define DIRFD 0ul
#define COUNT IS_COUNT
#define U32 IS_COUNT
#define IN(type) FIXED_ROOM(sizeof(type))
#define OUT(type) FIXED_ROOM(sizeof(type))
#define INOUT(type) FIXED_ROOM(sizeof(type))
#define TIMEOUT FIXED_ROOM(16)
#define IN_N(n, type) NEEDS_COUNT(n)
#define OUT_N(n, type) NEEDS_COUNT(n)
#define WORD 0ul
#define PATH IS_STRING
#define STRING(max) IS_STRING
#define LEN IS_LEN
#define OUT_LEN(n) NEEDS_LEN(n)
#define FDSET(n) (NEEDS_COUNT(n) | IS_FDSET)
#define PTR IS_PTR

#define SUM(how, a, b, c, d, e, f) \
	(how(a) + how(b) + how(c) + how(d) + how(e) + how(f))
#define BYTES(x) ((x)&0xffff)
#define STRINGS(x) (!!((x)&IS_STRING))
#define FDSETS(x) (!!((x)&IS_FDSET))
#define PTRS(x) (!!((x)&IS_PTR))

/* A bit for each argument that is so, from bit 1 on; bit 0: needs nobody. */
#define SET(is, a, b, c, d, e, f)                                   \
	(1u | !!((a)&is) << 1 | !!((b)&is) << 2 | !!((c)&is) << 3 | \
	 !!((d)&is) << 4 | !!((e)&is) << 5 | !!((f)&is) << 6)
#define HAS(set, shift, x) ((set) >> ((x) >> (shift)&15) & 1)
#define ALL_HAVE(set, shift, a, b, c, d, e, f)                             \
	(HAS(set, shift, a) && HAS(set, shift, b) && HAS(set, shift, c) && \
	 HAS(set, shift, d) && HAS(set, shift, e) && HAS(set, shift, f))

#define CHECK(name, ptrs, ...)                                                \
	_Static_assert(SUM(BYTES, __VA_ARGS__) <= FIXED_MAX,                  \
		       name ": its structures are too large together");       \
	_Static_assert(SUM(STRINGS, __VA_ARGS__) <= STRINGS_MAX,              \
		       name ": too many strings");                            \
	_Static_assert(SUM(FDSETS, __VA_ARGS__) <= FDSETS_MAX,                \
		       name ": too many sets of descriptors");                \
	_Static_assert(ptrs || !SUM(PTRS, __VA_ARGS__),                       \
		       name ": nobody checks its pointer");                   \
	_Static_assert(ALL_HAVE(SET(IS_COUNT, __VA_ARGS__), 20, __VA_ARGS__), \
		       name ": the number of elements is not cut");           \
	_Static_assert(ALL_HAVE(SET(IS_LEN, __VA_ARGS__), 24, __VA_ARGS__),   \
		       name ": there is no such length");
#define FIRST_6(name, ptrs, a, b, c, d, e, f, ...) \
	CHECK(name, ptrs, a, b, c, d, e, f)

#define NATIVE(name, ...) FIRST_6(#name, 0, __VA_ARGS__, 0, 0, 0, 0, 0, 0)
#define BLOCK(name, ...) FIRST_6(#name, 0, __VA_ARGS__, 0, 0, 0, 0, 0, 0)
#define OWN(name, fn, ...) FIRST_6(#name, 1, __VA_ARGS__, 0, 0, 0, 0, 0, 0)
#define DENY(name, err)
#include "dune/sys/syscalls.def"
