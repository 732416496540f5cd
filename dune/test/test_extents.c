// SPDX-License-Identifier: MIT
/*
 * test_extents - extents.c against a map of single pages
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "dune/mem/extents.h"

static struct extents e;

static void set_up(void)
{
	e.n = 0;
	e.bytes = 0;
}

static void neighbours_merge(void **state)
{
	(void)state;
	set_up();
	assert_int_equal(extents_set(&e, 10, 20, 0), 0);
	assert_int_equal(extents_set(&e, 30, 40, 0), 0);
	assert_int_equal(extents_set(&e, 20, 30, 0), 0);
	assert_int_equal(e.n, 1);
	assert_int_equal(e.at[0].start, 10);
	assert_int_equal(e.at[0].end, 40);
	assert_int_equal(e.bytes, 30);
}

static void other_flags_stay_apart(void **state)
{
	(void)state;
	set_up();
	extents_set(&e, 10, 40, 0);
	extents_set(&e, 20, 30, EXTENT_EXEC);
	assert_int_equal(e.n, 3);
	assert_true(extents_any(&e, 25, 26, EXTENT_EXEC));
	assert_false(extents_any(&e, 10, 20, EXTENT_EXEC));
	assert_false(extents_any(&e, 30, 40, EXTENT_EXEC));
	assert_int_equal(extents_covered(&e, 12, 40), 28);
	extents_set(&e, 20, 30, 0);
	assert_int_equal(e.n, 1);
}

static void a_hole_in_the_middle(void **state)
{
	(void)state;
	set_up();
	extents_set(&e, 10, 40, 0);
	extents_clear(&e, 20, 30);
	assert_int_equal(e.n, 2);
	assert_int_equal(e.bytes, 20);
	assert_int_equal(extents_covered(&e, 10, 40), 10);
	assert_int_equal(extents_covered(&e, 20, 40), 0);
	assert_false(extents_any(&e, 20, 30, 0));
	assert_true(extents_any(&e, 19, 20, 0));
	assert_true(extents_any(&e, 30, 31, 0));
}

static void the_highest_gap(void **state)
{
	(void)state;
	set_up();
	assert_int_equal(extents_gap(&e, 8, 64, 16, 8), 48);
	extents_set(&e, 40, 60, 0);
	assert_int_equal(extents_gap(&e, 8, 64, 4, 1), 60);
	assert_int_equal(extents_gap(&e, 8, 64, 8, 8), 32);
	assert_int_equal(extents_gap(&e, 8, 64, 32, 8), 8);
	assert_int_equal(extents_gap(&e, 8, 64, 33, 1), 0);
	/* what lies across the upper end counts */
	extents_set(&e, 60, 100, 0);
	assert_int_equal(extents_gap(&e, 8, 64, 8, 8), 32);
	assert_int_equal(extents_gap(&e, 50, 64, 1, 1), 0);
}

static void full(void **state)
{
	uint64_t i;

	(void)state;
	set_up();
	for (i = 0; i < EXTENTS_MAX; i++)
		assert_int_equal(extents_set(&e, 2 * i + 1, 2 * i + 2, 0), 0);
	assert_int_equal(extents_set(&e, 2 * i + 1, 2 * i + 2, 0), -ENOMEM);
	assert_int_equal(e.n, EXTENTS_MAX);
	/* one that joins two makes room */
	assert_int_equal(extents_set(&e, 2, 3, 0), 0);
	assert_int_equal(e.n, EXTENTS_MAX - 1);
}

#define PAGES 64

/* Random changes; the array and the pages have to agree on everything. */
static void like_pages(void **state)
{
	signed char page[PAGES + 2];
	unsigned seed = 1, turn;

	(void)state;
	set_up();
	memset(page, -1, sizeof(page));
	for (turn = 0; turn < 20000; turn++) {
		uint64_t a = 1 + (uint64_t)rand_r(&seed) % PAGES;
		uint64_t b = a + 1 + (uint64_t)rand_r(&seed) % (PAGES + 1 - a);
		int what = rand_r(&seed) % 3 - 1;
		uint64_t i, bytes = 0, runs = 0;

		if (what < 0)
			assert_int_equal(extents_clear(&e, a, b), 0);
		else
			assert_int_equal(extents_set(&e, a, b, (unsigned)what),
					 0);
		memset(page + a, what, b - a);
		for (i = 1; i <= PAGES; i++) {
			bytes += page[i] >= 0;
			runs += page[i] >= 0 && page[i] != page[i - 1];
			assert_int_equal(extents_any(&e, i, i + 1, 0),
					 page[i] >= 0);
			assert_int_equal(extents_any(&e, i, i + 1, EXTENT_EXEC),
					 page[i] == EXTENT_EXEC);
		}
		assert_int_equal(e.bytes, bytes);
		assert_int_equal(e.n, runs);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(neighbours_merge),
		cmocka_unit_test(other_flags_stay_apart),
		cmocka_unit_test(a_hole_in_the_middle),
		cmocka_unit_test(the_highest_gap),
		cmocka_unit_test(full),
		cmocka_unit_test(like_pages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
