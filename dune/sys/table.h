/* SPDX-License-Identifier: MIT */
/*
 * table.h - what the rows of syscalls.def are made of
 *
 * A row declares what each argument is; args.c checks and copies arguments
 * by these declarations alone. What lies behind a T_PTR is read, checked and
 * written by the row's own function; table_check.c refuses rows that would
 * leave a pointer without a size.
 *
 * What is of fixed size is copied: the kernel reads and writes memory of ours,
 * and what it wrote is given to the program by a checked copy. Direct, that
 * is, the program's own address for the kernel, are only bytes whose number
 * the kernel takes from a register that we have cut (IN_N, OUT_N), and words
 * whose address is what the call is about (WORD).
 */
#ifndef IX_DUNE_SYS_TABLE_H
#define IX_DUNE_SYS_TABLE_H

#include <stddef.h>
#include <stdint.h>

#include "dune/host/self.h"

enum arg_type {
	T_NONE,
	T_VAL,	   /* a number, or a pointer that nobody follows */
	T_FD,	   /* a descriptor; n: enum dune_fd_use that suffices */
	T_DIRFD,   /* a descriptor or AT_FDCWD */
	T_COUNT,   /* bytes: cut to what Linux transfers at most */
	T_U32,	   /* a number, cut to the 32 bits that Linux takes */
	T_IN,	   /* size bytes are read */
	T_OUT,	   /* size bytes are written */
	T_INOUT,   /* both */
	T_TIMEOUT, /* a timespec or timeval; what is left of it comes back */
	T_IN_N,	   /* direct: as many elements of size bytes as argument n,
		    * a T_COUNT or T_U32, says */
	T_OUT_N,   /* likewise, written */
	T_WORD,	   /* direct: a 32-bit word that is known by its address */
	T_PATH,	   /* a string, copied; what it names is not opened */
	T_STRING,  /* another string, copied; size: its greatest length */
	T_LEN,	   /* int *, value and result */
	T_OUT_LEN, /* a socket's name; argument n, a T_LEN, says how much */
	T_FDSET,   /* bits up to argument n */
	T_PTR,	   /* for the row's own function */
};

struct arg {
	uint8_t type; /* enum arg_type */
	uint8_t n;
	uint16_t size;
};

/* What the fixed sizes of a row may add up to, each rounded up. */
#define FIXED_MAX 512
#define FIXED_ROOM(size) (((size) + 15) & ~15ul)
/* Of a type that is copied; one that there is no room for does not compile. */
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

/* How many PATH and STRING, and how many FDSET. */
#define STRINGS_MAX 2
#define FDSETS_MAX 3

enum call_how {
	HOW_DENY,   /* the result is in `refusal` */
	HOW_NATIVE, /* forwarded; does not block */
	HOW_BLOCK,  /* forwarded through dune_native() */
	HOW_OWN,    /* a function of ours */
};

typedef long (*call_fn)(struct dune_thread *t, const uint64_t a[6]);

struct call {
	const char *name;
	enum call_how how;
	int refusal; /* HOW_DENY: negative errno */
	call_fn fn;  /* HOW_OWN */
	struct arg arg[6];
};

/* The row of a number; NULL: there is none. */
const struct call *call_row(uint64_t nr);

#endif
