/* SPDX-License-Identifier: MIT */
/*
 * table.h - the words in which syscalls.def is written, and struct call, a row
 *
 * A row declares what each argument is; args.c checks and copies arguments by
 * these declarations alone. What a T_PTR points to is read, checked and written
 * by the row's own function. table_check.c refuses rows that would leave a
 * pointer without a size.
 *
 * Structs of fixed size are copied: the kernel reads and writes a copy in host
 * memory, and what it wrote gets to the program by a checked copy. The kernel
 * gets the program's own address ("direct") in two cases only: plain bytes,
 * whose number is in a register that we have checked (IN_N, OUT_N), and futex
 * words, which the kernel knows by their address (WORD).
 */
#ifndef IX_DUNE_SYS_TABLE_H
#define IX_DUNE_SYS_TABLE_H

#include <stddef.h>
#include <stdint.h>

#include "dune/host/self.h"

enum arg_type {
	T_NONE,
	T_VAL,	   /* a number, or a pointer that nobody follows */
	T_FD,	   /* a visible descriptor, or a hidden one that allows one of
		    * the uses in n (enum dune_fd_use) */
	T_DIRFD,   /* a visible descriptor or AT_FDCWD */
	T_COUNT,   /* a number of bytes; cut to COUNT_MAX where it counts a
		    * T_IN_N or T_OUT_N */
	T_U32,	   /* a number of which Linux takes the lower 32 bits */
	T_IN,	   /* a struct of size bytes that the kernel reads */
	T_OUT,	   /* a struct of size bytes that it writes */
	T_INOUT,   /* a struct of size bytes that it reads and writes */
	T_TIMEOUT, /* a timespec or timeval; what is left may come back */
	T_IN_N,	   /* direct, read: elements of size bytes; argument n, a
		    * T_COUNT or T_U32, is their number */
	T_OUT_N,   /* the same, written */
	T_WORD,	   /* direct: a 32-bit word that is known by its address */
	T_PATH,	   /* a path, copied; the call does not open what it names */
	T_STRING,  /* another string, copied; size: its greatest length */
	T_LEN,	   /* int *: a length that the kernel reads and writes */
	T_OUT_LEN, /* a socket address that the kernel writes; argument n, a
		    * T_LEN, is its length */
	T_FDSET,   /* an fd_set; argument n is the number of its bits */
	T_PTR,	   /* a pointer that the row's own function checks */
};

struct arg {
	uint8_t type;  /* enum arg_type */
	uint8_t n;     /* another argument, or uses: see enum arg_type */
	uint16_t size; /* bytes: see enum arg_type */
};

/* Bytes for the fixed-size arguments of one row together, where each is rounded
 * up to 16. */
#define FIXED_MAX 512
#define FIXED_ROOM(size) (((size) + 15) & ~15ul)
/* sizeof(type), for a type that is copied; one that is larger than FIXED_MAX
 * does not compile. */
#define FIXED_SIZE(type)                                                       \
	(sizeof(type) * sizeof(struct {                                        \
		 _Static_assert(sizeof(type) <= FIXED_MAX, "no room: " #type); \
		 char one;                                                     \
	 }))

#define VAL                 \
	{                   \
		T_VAL, 0, 0 \
	}
#define FD                 \
	{                  \
		T_FD, 0, 0 \
	}
#define FD_FOR(use)                    \
	{                              \
		T_FD, DUNE_FD_##use, 0 \
	}
#define DIRFD                 \
	{                     \
		T_DIRFD, 0, 0 \
	}
#define COUNT                 \
	{                     \
		T_COUNT, 0, 0 \
	}
#define U32                 \
	{                   \
		T_U32, 0, 0 \
	}
#define IN(type)                          \
	{                                 \
		T_IN, 0, FIXED_SIZE(type) \
	}
#define OUT(type)                          \
	{                                  \
		T_OUT, 0, FIXED_SIZE(type) \
	}
#define INOUT(type)                          \
	{                                    \
		T_INOUT, 0, FIXED_SIZE(type) \
	}
#define TIMEOUT                  \
	{                        \
		T_TIMEOUT, 0, 16 \
	}
#define IN_N(n, type)                   \
	{                               \
		T_IN_N, n, sizeof(type) \
	}
#define OUT_N(n, type)                   \
	{                                \
		T_OUT_N, n, sizeof(type) \
	}
#define WORD                               \
	{                                  \
		T_WORD, 0, sizeof(int32_t) \
	}
#define PATH                 \
	{                    \
		T_PATH, 0, 0 \
	}
#define STRING(max)              \
	{                        \
		T_STRING, 0, max \
	}
#define LEN                           \
	{                             \
		T_LEN, 0, sizeof(int) \
	}
#define OUT_LEN(n)              \
	{                       \
		T_OUT_LEN, n, 0 \
	}
#define FDSET(n)              \
	{                     \
		T_FDSET, n, 0 \
	}
#define PTR                 \
	{                   \
		T_PTR, 0, 0 \
	}

/* The most arguments PATH or STRING, and FDSET, that a row may have. */
#define STRINGS_MAX 2
#define FDSETS_MAX 3

enum call_how {
	HOW_DENY,   /* the call is not made; the result is `refusal` */
	HOW_NATIVE, /* the host makes the call, which does not block */
	HOW_BLOCK,  /* the host makes it by dune_native(), as it may block */
	HOW_OWN,    /* the function `fn` does what the call is to do */
};

typedef long (*call_fn)(struct dune_thread *t, const uint64_t a[6]);

struct call {
	const char *name;
	enum call_how how;
	int refusal; /* HOW_DENY: negative errno */
	call_fn fn;  /* HOW_OWN */
	struct arg arg[6];
};

/* The row of a call's number; NULL if there is none, which is ENOSYS. */
const struct call *call_row(uint64_t nr);

#endif
