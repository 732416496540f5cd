/* SPDX-License-Identifier: MIT */
/*
 * args.h - a call's arguments, taken from the program and given back to it
 */
#ifndef IX_DUNE_SYS_ARGS_H
#define IX_DUNE_SYS_ARGS_H

#include <limits.h>
#include <sys/socket.h>

#include "dune/host/self.h"
#include "dune/sys/table.h"

#define FDSET_MAX 32768 /* as many descriptors as a program may have */
#define SET_BYTES(n) (((n) + 63) / 64 * 8)

/* What a call's arguments are replaced by while it runs. */
struct args {
	uint64_t a[6];
	uint64_t user[6]; /* where the program wants what is written; 0: not */
	unsigned nstrings, nsets, used;
	int len_given, len; /* T_LEN: of the program, and for the kernel */
	_Alignas(16) char fixed[FIXED_MAX];
	uint64_t timeout[2]; /* what the T_TIMEOUT was before the call */
	struct sockaddr_storage name;
	union {
		char string[STRINGS_MAX][PATH_MAX + 1];
		uint64_t set[FDSETS_MAX][FDSET_MAX / 64];
	};
};

/*
 * A struct of the program's, for a call that is not made by its row alone: what
 * the kernel reads and writes. The rest of the room is 0: where a device takes
 * the number for another request, it is this that is written over.
 */
struct copied {
	uint64_t user; /* where it is given back; 0: it is not */
	unsigned size;
	_Alignas(16) char bytes[FIXED_MAX];
};

/* From user, as arg (an IN, OUT or INOUT) declares it: 0 or -EFAULT. */
int copied_take(struct copied *c, uint64_t user, const struct arg *arg);
/* What the call, whose result was ret, has written. The program's result. */
long copied_give(const struct copied *c, long ret);

/* From t->regs, as c declares them: 0, or what is wrong with one. */
int args_take(struct dune_thread *t, const struct call *c, struct args *f);
/* What the call, whose result was ret, has written. The program's result. */
long args_give(const struct dune_thread *t, const struct call *c,
	       const struct args *f, long ret);

#endif
