// SPDX-License-Identifier: MIT
/*
 * test_pagetable.c - page tables against a model: one entry for each page
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "dune/host/layout.h"
#include "dune/vm/pagetable.h"

#define VA UINT64_C(0x100000000000)
#define GPA (8 * GB)
#define FLAGS (PTE_P | PTE_W | PTE_U | PTE_NX)

static struct pt pt;

static int set_up(void **state)
{
	(void)state;
	pt_huge = true;
	assert_int_equal(pt_init(&pt, 64), 0);
	pt.gpa = 4 * GB;
	pt_reset(&pt);
	return 0;
}

/* Where a walk of the tables says that va is. */
static uint64_t translate(uint64_t va)
{
	uint64_t *table = pt.page, e;
	int level;

	for (level = 3; level >= 0; level--) {
		e = table[va >> (12 + 9 * level) & 511];
		if (!(e & PTE_P))
			return 0;
		if (level == 0 || (e & PTE_LARGE)) {
			uint64_t mask = (PAGE_SIZE << (9 * level)) - 1;

			return (e & PTE_ADDR & ~mask) | (va & mask);
		}
		assert_true(level == 3 || (e & PTE_U));
		table = pt.page + ((e & PTE_ADDR) - pt.gpa) / 8;
	}
	return 0;
}

static void test_large_pages_are_used(void **state)
{
	(void)state;
	assert_int_equal(pt_map(&pt, VA, GPA, 3 * GB, PTE_W | PTE_U), 0);
	assert_int_equal(pt.used, 2);
	assert_int_equal(translate(VA + GB + 12345), GPA + GB + 12345);
	assert_int_equal(translate(VA + 3 * GB), 0);
	pt_huge = false;
	assert_int_equal(pt_map(&pt, VA + 4 * GB, GPA, GB, PTE_W), 0);
	assert_int_equal(pt.used, 3);
	assert_int_equal(translate(VA + 5 * GB - 1), GPA + GB - 1);
}

static void test_unaligned_pieces(void **state)
{
	uint64_t start = VA + 3 * PAGE_SIZE, len = 2 * MB2, at;

	(void)state;
	assert_int_equal(pt_map(&pt, start, GPA + 3 * PAGE_SIZE, len, PTE_U),
			 0);
	for (at = VA; at < VA + 3 * MB2; at += PAGE_SIZE)
		assert_int_equal(
			translate(at),
			at >= start && at < start + len ? at - VA + GPA : 0);
}

static void test_change_splits_and_keeps_the_rest(void **state)
{
	uint64_t start = VA + MB2 + 5 * PAGE_SIZE,
		 end = VA + 4 * MB2 + PAGE_SIZE, at;

	(void)state;
	assert_int_equal(pt_map(&pt, VA, GPA, GB, PTE_W | PTE_U | PTE_NX), 0);
	assert_int_equal(pt_change(&pt, start, end, PTE_NX, 0), 1);
	assert_int_equal(pt_change(&pt, start, end, PTE_NX, 0), 0);
	for (at = VA; at < VA + 6 * MB2; at += PAGE_SIZE) {
		assert_int_equal(translate(at), at - VA + GPA);
		assert_int_equal(pt_lookup(&pt, at) & FLAGS,
				 at >= start && at < end ? FLAGS & ~PTE_NX :
							   FLAGS);
	}
	assert_int_equal(pt_change(&pt, VA, VA + GB, 0, PTE_NX), 1);
	for (at = VA; at < VA + 6 * MB2; at += PAGE_SIZE)
		assert_int_equal(pt_lookup(&pt, at) & FLAGS, FLAGS);
}

static void test_change_leaves_absent_alone(void **state)
{
	(void)state;
	assert_int_equal(pt_map(&pt, VA + MB2, GPA, MB2, PTE_U), 0);
	assert_int_equal(pt_change(&pt, VA, VA + GB, 0, PTE_NX), 1);
	assert_int_equal(pt_lookup(&pt, VA), 0);
	assert_int_equal(pt_lookup(&pt, VA + 3 * MB2), 0);
	assert_int_equal(translate(VA), 0);
}

/* An entry translates a whole page: no part of one has rights of its own. */
static void test_parts_of_pages_are_refused(void **state)
{
	uint64_t at, len;

	(void)state;
	assert_int_equal(pt_map(&pt, VA, GPA, GB, PTE_W | PTE_U), 0);
	for (at = VA + PAGE_SIZE; at < VA + 2 * PAGE_SIZE; at += 512)
		for (len = 1; len < 2 * PAGE_SIZE; len = 2 * len + 1)
			assert_int_equal(pt_change(&pt, at, at + len, 0,
						   PTE_NX),
					 -EINVAL);
	assert_int_equal(pt_lookup(&pt, VA + PAGE_SIZE) & FLAGS,
			 PTE_P | PTE_W | PTE_U);
	assert_int_equal(translate(VA + PAGE_SIZE), GPA + PAGE_SIZE);
}

static void test_no_memory(void **state)
{
	uint64_t at;
	int rc = 0;

	(void)state;
	for (at = 0; rc == 0 && at < 100; at++)
		rc = pt_map(&pt, VA + at * GB, GPA, PAGE_SIZE, PTE_U);
	assert_int_equal(rc, -ENOMEM);
	assert_true(pt.used <= pt.max);
}

static void test_random_against_model(void **state)
{
	static uint8_t nx[4 * 512]; /* 8 MB of pages */
	unsigned round, i, from, to;
	bool set;

	(void)state;
	srand(1);
	memset(nx, 1, sizeof(nx));
	assert_int_equal(pt_map(&pt, VA, GPA, GB, PTE_W | PTE_U | PTE_NX), 0);
	for (round = 0; round < 500; round++) {
		from = (unsigned)rand() % sizeof(nx);
		to = from + (unsigned)rand() % (sizeof(nx) - from + 1);
		set = rand() & 1;
		memset(nx + from, set, to - from);
		assert_true(pt_change(&pt, VA + from * PAGE_SIZE,
				      VA + to * PAGE_SIZE, set ? 0 : PTE_NX,
				      set ? PTE_NX : 0) >= 0);
		for (i = 0; i < sizeof(nx); i += 1 + round % 7)
			assert_int_equal(!!(pt_lookup(&pt, VA + i * PAGE_SIZE) &
					    PTE_NX),
					 nx[i]);
	}
}

#define TEST(f) cmocka_unit_test_setup(f, set_up)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_large_pages_are_used),
		TEST(test_unaligned_pieces),
		TEST(test_change_splits_and_keeps_the_rest),
		TEST(test_change_leaves_absent_alone),
		TEST(test_parts_of_pages_are_refused),
		TEST(test_no_memory),
		TEST(test_random_against_model),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
