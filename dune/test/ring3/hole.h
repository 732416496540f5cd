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

#include "../../host.h"
#include "../gate.h"

#define HOLE_WINDOW_END (UINT64_C(0x100000000000) + (UINT64_C(64) << 30))
#define HOLE_KERNEL UINT64_C(0xffff888000000000)

static int hole_failed;

/* On the cases since the last one; HOLE_WHO in the environment stands in front
 * of the name. */
static inline void hole_verdict(const char *name, unsigned all_cases,
				unsigned all_wrong)
{
	static unsigned last_cases, last_wrong;
	const char *who = getenv("HOLE_WHO");
	bool again = all_cases < last_cases; /* counted from 0 */
	unsigned cases = all_cases - (again ? 0 : last_cases);
	unsigned wrong = all_wrong - (again ? 0 : last_wrong);

	last_cases = all_cases;
	last_wrong = all_wrong;
	if (wrong || !cases)
		printf("FAIL %s%s: %u of %u cases\n", who ? who : "", name,
		       wrong, cases);
	else
		printf("PASS %s%s (%u cases)\n", who ? who : "", name, cases);
	fflush(stdout);
	hole_failed |= wrong || !cases;
}

struct target {
	const char *name;
	uint64_t addr;
	int may_read;  /* memory that the program may read, and not write */
	int may_write; /* harmless if it is written: NULL */
};

static uint64_t hole_secret, hole_ro, hole_rw_end;
static struct target targets[12];
static unsigned ntargets;
static char *hole_hosted; /* not NULL: under dune_run */

static inline void hole_add(const char *name, uint64_t addr, int may_read)
{
	targets[ntargets++] = (struct target){ name, addr, may_read, 0 };
}

/* Ring 3's result of a system call: negative errno. */
static inline long hole_call(long nr, const uint64_t a[6])
{
	return host_call(nr, a[0], a[1], a[2], a[3], a[4], a[5]);
}

static inline void hole_targets(void)
{
	static char yes;
	long secret = gate1(GATE_ADDRESS, 0);

	if (secret > 0) {
		hole_hosted = &yes;
		hole_secret = (uint64_t)secret;
		hole_ro = (uint64_t)gate1(GATE_REGION, 1);
		hole_rw_end = (uint64_t)gate1(GATE_REGION, 0) + (3 << 20);
		hole_add("secret", hole_secret, 0);
		hole_add("page of the secret", hole_secret & ~4095UL, 0);
		hole_add("before the secret's page",
			 (hole_secret & ~4095UL) - 1, 0);
		hole_add("read-only region", hole_ro, 1);
		hole_add("end of a region", hole_rw_end - 1, 0);
		hole_add("last byte of the window", HOLE_WINDOW_END - 1, 0);
		hole_add("across the window's end", HOLE_WINDOW_END - 4, 0);
		hole_add("behind the window", HOLE_WINDOW_END, 0);
	}
	hole_add("not canonical", UINT64_C(0x8000000000000000), 0);
	hole_add("kernel", HOLE_KERNEL, 0);
	hole_add("last byte of all", UINT64_MAX, 0);
}

/* Is the host's memory as it was? */
static inline int hole_intact(void)
{
	unsigned i;

	if (!hole_hosted)
		return 1;
	if ((uint64_t)gate1(GATE_PEEK, hole_secret) != GATE_SECRET)
		return 0;
	for (i = 0; i < 8192; i++)
		if (((const char *)hole_ro)[i] != 'r')
			return 0;
	return 1;
}

#endif
