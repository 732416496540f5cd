/* SPDX-License-Identifier: MIT */
/*
 * args.h - the arguments of a system call: checked and copied from the program
 * before it, and results copied to the program after it
 */
#ifndef IX_DUNE_SYS_ARGS_H
#define IX_DUNE_SYS_ARGS_H

#include <limits.h>
#include <sys/socket.h>

#include "dune/host/self.h"
#include "dune/sys/table.h"

#define FDSET_MAX 32768 /* as many descriptors as a program may have */
#define SET_BYTES(n) (((n) + 63) / 64 * 8)

/* What the kernel gets instead of the program's arguments, and the copies that
 * it reads and writes. */
struct args {
	uint64_t a[6];	  /* the arguments of the call that is made */
	uint64_t user[6]; /* of an argument that is a copy here: where it is in
			   * the program's memory; 0: nowhere, or no copy */
	/* entries of string or of set, and bytes of fixed, that are in use */
	unsigned nstrings, nsets, used;
	int len_given, len; /* T_LEN: the program's value; the kernel's */
	_Alignas(16) char fixed[FIXED_MAX]; /* structs of fixed size */
	uint64_t timeout[2]; /* what the T_TIMEOUT was before the call */
	struct sockaddr_storage name; /* T_OUT_LEN */
	union {
		char string[STRINGS_MAX][PATH_MAX + 1];
		uint64_t set[FDSETS_MAX][FDSET_MAX / 64];
	};
};

/*
 * A copy of one struct of the program's, for a function behind an OWN row: the
 * kernel reads and writes the copy. It always has FIXED_MAX bytes, and what
 * lies behind `size` is 0. So if a device takes the number of an ioctl for
 * another request with a larger struct, the kernel writes into this room.
 */
struct copied {
	uint64_t user; /* the program's address to copy it back to; 0: none */
	unsigned size; /* bytes of the program's struct */
	_Alignas(16) char bytes[FIXED_MAX];
};

/* Copy the struct at `user`, which arg (IN, OUT or INOUT) declares. Returns 0
 * or -EFAULT. */
int copied_take(struct copied *c, uint64_t user, const struct arg *arg);
/* After the call, whose result was ret: copy back what the kernel wrote.
 * Returns the program's result: ret, or -EFAULT. */
long copied_give(const struct copied *c, long ret);

/* Check and copy the arguments in t->regs, as row c declares them. Returns 0,
 * or the -errno of the first that is wrong. */
int args_take(struct dune_thread *t, const struct call *c, struct args *f);
/* After the call, whose result was ret: copy back what the kernel wrote.
 * Returns the program's result: ret, or -EFAULT, for which new descriptors are
 * closed. */
long args_give(const struct dune_thread *t, const struct call *c,
	       const struct args *f, long ret);

#endif
