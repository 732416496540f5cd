// SPDX-License-Identifier: MIT
/*
 * test_hist.c - quantiles of known distributions
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "load.h"

static struct hist h;

static int clear(void **state)
{
	(void)state;
	memset(&h, 0, sizeof(h));
	return 0;
}

static void near(uint64_t got, uint64_t want)
{
	uint64_t slack = want / 64 + 1;

	assert_in_range(got, want - slack, want + slack);
}

static void empty_is_zero(void **state)
{
	(void)state;
	assert_int_equal(hist_quantile(&h, 0.5), 0);
}

static void one_value_is_every_quantile(void **state)
{
	(void)state;
	hist_add(&h, 12345);
	near(hist_quantile(&h, 0), 12345);
	near(hist_quantile(&h, 0.5), 12345);
	assert_int_equal(hist_quantile(&h, 1), 12345);
	assert_int_equal(h.sum, 12345);
}

static void small_values_are_exact(void **state)
{
	uint64_t v;

	(void)state;
	for (v = 0; v < 64; v++)
		hist_add(&h, v);
	assert_int_equal(hist_quantile(&h, 0.25), 16);
	assert_int_equal(hist_quantile(&h, 0.5), 32);
}

static void uniform(void **state)
{
	uint64_t v;

	(void)state;
	for (v = 1; v <= 100000; v++)
		hist_add(&h, v);
	near(hist_quantile(&h, 0.5), 50000);
	near(hist_quantile(&h, 0.9), 90000);
	near(hist_quantile(&h, 0.99), 99000);
	near(hist_quantile(&h, 0.999), 99900);
	assert_int_equal(h.max, 100000);
}

/* Every power of two and its neighbours keep their place. */
static void no_gap_between_powers(void **state)
{
	unsigned power;
	int d;

	(void)state;
	for (power = 7; power < 44; power++) {
		for (d = -1; d <= 1; d++) {
			uint64_t v = (UINT64_C(1) << power) + (uint64_t)d;

			clear(NULL);
			hist_add(&h, v);
			hist_add(&h, UINT64_MAX / 2);
			near(hist_quantile(&h, 0), v);
		}
	}
}

static void huge_values_stay_inside(void **state)
{
	(void)state;
	hist_add(&h, UINT64_MAX);
	assert_int_equal(h.bin[HIST_POWERS * HIST_STEPS - 1], 1);
	assert_int_equal(h.max, UINT64_MAX);
}

static void never_above_the_maximum(void **state)
{
	unsigned i;

	(void)state;
	for (i = 0; i < 100; i++)
		hist_add(&h, 1000001);
	assert_true(hist_quantile(&h, 0.99) <= 1000001);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(empty_is_zero, clear),
		cmocka_unit_test_setup(one_value_is_every_quantile, clear),
		cmocka_unit_test_setup(small_values_are_exact, clear),
		cmocka_unit_test_setup(uniform, clear),
		cmocka_unit_test_setup(no_gap_between_powers, clear),
		cmocka_unit_test_setup(huge_values_stay_inside, clear),
		cmocka_unit_test_setup(never_above_the_maximum, clear),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
