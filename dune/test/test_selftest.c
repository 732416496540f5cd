// SPDX-License-Identifier: MIT
/*
 * test_selftest.c - the self-test ends soon, says why, and contradicts nothing
 *
 * What it must find depends on the host; the lab expects "usable".
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "dune/dune.h"

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec * 1e-9;
}

static void test_verdict(void **state)
{
	struct dune_verdict v;
	double t = now();
	int rc, status;

	(void)state;
	memset(&v, 0xff, sizeof(v));
	rc = dune_selftest(&v, 300);
	assert_true(now() - t < 4);
	assert_true(strlen(v.why) > 10);
	if (rc < 0) {
		assert_false(v.right);
		assert_false(v.usable);
	}
	if (v.usable) {
		assert_true(v.right);
		assert_true(v.round_trip_ns > 0);
		assert_true(v.round_trip_ns <= 4 * v.native_ns);
	}
	if (access("/dev/kvm", R_OK | W_OK) < 0)
		assert_true(rc < 0);
	/* no child and no signal is left of it */
	assert_int_equal(waitpid(-1, &status, WNOHANG | __WALL), -1);
	print_message("%s\n", v.why);
}

static void test_again(void **state)
{
	struct dune_verdict a, b;

	(void)state;
	assert_int_equal(dune_selftest(&a, 2000), dune_selftest(&b, 2000));
	assert_int_equal(a.right, b.right);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_verdict),
		cmocka_unit_test(test_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
