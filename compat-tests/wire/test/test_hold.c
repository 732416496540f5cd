// SPDX-License-Identifier: MIT
/*
 * test_hold - packets leave in the order of their release times.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "hold.h"

#define SIZE 64

static bool push(struct hold *h, uint64_t release, uint64_t seq)
{
	struct hold_item item = { .release = release, .seq = seq };

	return hold_push(h, &item);
}

static void test_empty(void **unused)
{
	struct hold_item items[1], out;
	struct hold h = { .items = items, .size = 1 };

	(void)unused;
	assert_int_equal(hold_next(&h), UINT64_MAX);
	assert_false(hold_pop_due(&h, UINT64_MAX, &out));
}

static void test_nothing_before_its_time(void **unused)
{
	struct hold_item items[1], out;
	struct hold h = { .items = items, .size = 1 };

	(void)unused;
	assert_true(push(&h, 10, 1));
	assert_int_equal(hold_next(&h), 10);
	assert_false(hold_pop_due(&h, 9, &out));
	assert_true(hold_pop_due(&h, 10, &out));
	assert_int_equal(h.count, 0);
}

static void test_full_refuses(void **unused)
{
	struct hold_item items[1];
	struct hold h = { .items = items, .size = 1 };

	(void)unused;
	assert_true(push(&h, 1, 1));
	assert_false(push(&h, 2, 2));
	assert_int_equal(h.count, 1);
}

static void test_order_of_release_then_arrival(void **unused)
{
	struct hold_item items[SIZE], out;
	struct hold h = { .items = items, .size = SIZE };
	uint64_t release = 0, seq = 0;

	(void)unused;
	for (uint64_t i = 0; i < SIZE; i++)
		assert_true(push(&h, (i * 37) % 8, i));
	for (int i = 0; i < SIZE; i++) {
		assert_true(hold_pop_due(&h, 100, &out));
		assert_true(out.release >= release);
		if (i > 0 && out.release == release)
			assert_true(out.seq > seq);
		release = out.release;
		seq = out.seq;
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_nothing_before_its_time),
		cmocka_unit_test(test_full_refuses),
		cmocka_unit_test(test_order_of_release_then_arrival),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
