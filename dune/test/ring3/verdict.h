/* SPDX-License-Identifier: MIT */
/*
 * verdict.h - a test program's verdict lines
 *
 * Each program is right on Linux itself, too: run it there first. With ONLY=NAME
 * in the environment it runs just that test.
 */
#ifndef IX_DUNE_TEST_VERDICT_H
#define IX_DUNE_TEST_VERDICT_H

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int verdict_bad, verdict_line, verdict_failed;

/* The first of a test's expectations that does not hold is told. */
#define EXPECT(what)                                                          \
	do {                                                                  \
		if (!(what) && !verdict_bad) {                                \
			verdict_bad = 1;                                      \
			verdict_line = __LINE__;                              \
			fprintf(stderr, "line %d: %s (errno %d)\n", __LINE__, \
				#what, errno);                                \
		}                                                             \
	} while (0)

static inline int verdict_wanted(const char *name)
{
	const char *only = getenv("ONLY");

	return !only || !strcmp(only, name);
}

static inline void verdict(const char *name)
{
	if (verdict_bad)
		printf("FAIL %s: line %d\n", name, verdict_line);
	else
		printf("PASS %s\n", name);
	fflush(stdout);
	verdict_failed |= verdict_bad;
	verdict_bad = 0;
}

#define TEST(fn)                           \
	do {                               \
		if (verdict_wanted(#fn)) { \
			fn();              \
			verdict(#fn);      \
		}                          \
	} while (0)

#endif
