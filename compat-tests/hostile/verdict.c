// SPDX-License-Identifier: MIT
/*
 * verdict.c - counting cases
 */
#include "hostile.h"

#define TELL 20 /* wrong cases that are told of, in each group */

const char *who = "";
static unsigned cases, wrong;
static int failed;

static void count(const char *what, const char *at, int64_t got, int64_t want,
		  bool right)
{
	cases++;
	if (right)
		return;
	if (wrong++ < TELL)
		fprintf(stderr, "%s%s at %s: %lld, not %lld\n", who, what, at,
			(long long)got, (long long)want);
}

void expect(const char *what, const char *at, int64_t got, int64_t want)
{
	count(what, at, got, want, got == want);
}

void expect_one_of(const char *what, const char *at, int64_t got,
		   const int64_t *wants)
{
	const int64_t *w;

	for (w = wants; *w != 1; w++)
		if (*w == got)
			break;
	count(what, at, got, wants[0], *w == got);
}

void expect_true(const char *what, const char *at, bool right)
{
	count(what, at, right, 1, right);
}

void verdict(const char *group)
{
	if (wrong || !cases)
		printf("FAIL %s%s: %u of %u cases\n", who, group, wrong, cases);
	else
		printf("PASS %s%s (%u cases)\n", who, group, cases);
	fflush(stdout);
	failed |= wrong || !cases;
	cases = wrong = 0;
}

int verdicts_failed(void)
{
	return failed;
}
