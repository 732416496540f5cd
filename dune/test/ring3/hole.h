/* SPDX-License-Identifier: MIT */
/*
 * hole.h - what hostile programs aim at
 *
 * Under dune_run the targets are memory of the host; on Linux itself, where
 * there is none, they are addresses of the kernel, and the same is expected.
 */
#ifndef IX_DUNE_TEST_HOLE_H
#define IX_DUNE_TEST_HOLE_H

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../../host/host.h"
#include "../gate.h"

#define HOLE_WINDOW_BASE UINT64_C(0x100000000000)
#define HOLE_WINDOW_END (HOLE_WINDOW_BASE + (UINT64_C(64) << 30))
#define HOLE_KERNEL UINT64_C(0xffff888000000000)

extern int hole_failed;

/* On the cases that were counted; they begin anew. HOLE_WHO in the environment
 * stands in front of the name. */
void hole_verdict(const char *name, unsigned *cases, unsigned *wrong);

struct target {
	const char *name;
	uint64_t addr;
	int may_read; /* memory that the program may read, and not write */
};

extern uint64_t hole_secret, hole_ro, hole_rw_end;
extern struct target targets[24];
extern unsigned ntargets;
extern bool hole_hosted; /* under dune_run */

void hole_targets(void);

/* Is the host's memory as it was? It is mended if not. */
bool hole_intact(void);

/* Ring 3's result of a system call: negative errno. */
static inline long hole_call(long nr, const uint64_t a[6])
{
	return host_call(nr, a[0], a[1], a[2], a[3], a[4], a[5]);
}

#endif
