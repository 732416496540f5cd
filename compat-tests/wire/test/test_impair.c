// SPDX-License-Identifier: MIT
/*
 * test_impair - the fate of packets, with time and dice in the test's hands.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "impair.h"

#define MS 1000000ull
#define NEVER UINT64_MAX /* a die that no probability below 1 meets */

static const struct impair_dice quiet = { NEVER, NEVER, NEVER, NEVER,
					  NEVER, NEVER, 0,     0 };

static struct impair_verdict judge(const struct impair_conf *c,
				   struct impair_state *st, uint64_t now,
				   uint32_t len, const struct impair_dice *dice)
{
	struct impair_verdict v;

	impair_judge(c, st, now, len, dice, &v);
	return v;
}

static void test_clean_link_forwards_at_once(void **unused)
{
	struct impair_conf c = { 0 };
	struct impair_state st = { 0 };
	struct impair_dice zero = { 0 };
	struct impair_verdict v = judge(&c, &st, 5, 1514, &zero);

	(void)unused;
	assert_int_equal(v.fate, IMPAIR_FORWARD);
	assert_int_equal(v.release, 5);
	assert_false(v.duplicate);
	assert_false(v.corrupt);
}

static void test_loss_follows_its_die(void **unused)
{
	struct impair_conf c = { .loss = 0.5 };
	struct impair_state st = { 0 };
	struct impair_dice d = quiet;

	(void)unused;
	d.loss = (UINT64_MAX / 2) - 4096;
	assert_int_equal(judge(&c, &st, 0, 100, &d).fate, IMPAIR_LOST);
	d.loss = (UINT64_MAX / 2) + 4096;
	assert_int_equal(judge(&c, &st, 0, 100, &d).fate, IMPAIR_FORWARD);
}

static void test_certain_loss_is_certain(void **unused)
{
	struct impair_conf c = { .loss = 1 };
	struct impair_state st = { 0 };

	(void)unused;
	assert_int_equal(judge(&c, &st, 0, 100, &quiet).fate, IMPAIR_LOST);
}

static void test_burst_lasts_until_left(void **unused)
{
	struct impair_conf c = { .burst_enter = 0.1,
				 .burst_leave = 0.2,
				 .burst_loss = 1 };
	struct impair_state st = { 0 };
	struct impair_dice move = quiet, stay = quiet;

	(void)unused;
	move.burst_move = 0;
	assert_int_equal(judge(&c, &st, 0, 9, &stay).fate, IMPAIR_FORWARD);
	assert_int_equal(judge(&c, &st, 0, 9, &move).fate, IMPAIR_LOST);
	assert_int_equal(judge(&c, &st, 0, 9, &stay).fate, IMPAIR_LOST);
	assert_int_equal(judge(&c, &st, 0, 9, &move).fate, IMPAIR_FORWARD);
	assert_int_equal(judge(&c, &st, 0, 9, &stay).fate, IMPAIR_FORWARD);
}

static void test_delay_and_jitter(void **unused)
{
	struct impair_conf c = { .delay = 10 * MS, .jitter = MS };
	struct impair_state st = { 0 };
	struct impair_dice d = quiet;

	(void)unused;
	d.jitter = 0; /* the earliest */
	assert_int_equal(judge(&c, &st, 100, 60, &d).release, 9 * MS + 100);
	d.jitter = 2 * MS; /* the latest */
	assert_int_equal(judge(&c, &st, 100, 60, &d).release, 11 * MS + 100);
}

static void test_jitter_keeps_the_order(void **unused)
{
	struct impair_conf c = { .delay = 10 * MS, .jitter = MS };
	struct impair_state st = { 0 };
	struct impair_dice late = quiet, early = quiet;

	(void)unused;
	late.jitter = 2 * MS;
	early.jitter = 0;
	assert_int_equal(judge(&c, &st, 0, 60, &late).release, 11 * MS);
	assert_int_equal(judge(&c, &st, 1, 60, &early).release, 11 * MS);
}

static void test_jitter_larger_than_delay_never_goes_back(void **unused)
{
	struct impair_conf c = { .delay = 0, .jitter = MS };
	struct impair_state st = { 0 };
	struct impair_dice d = quiet;

	(void)unused;
	d.jitter = 0;
	assert_int_equal(judge(&c, &st, 7, 60, &d).release, 7);
}

static void test_reordered_packet_is_overtaken(void **unused)
{
	struct impair_conf c = { .reorder = 0.5, .reorder_by = 2 * MS };
	struct impair_state st = { 0 };
	struct impair_dice d = quiet;

	(void)unused;
	d.reorder = 0;
	assert_int_equal(judge(&c, &st, 0, 60, &d).release, 2 * MS);
	assert_int_equal(judge(&c, &st, 1, 60, &quiet).release, 1);
}

static void test_rate_spaces_packets(void **unused)
{
	/* 1000 bytes at 8 Mbit/s take 1 ms. */
	struct impair_conf c = { .rate = 8000000, .queue = 100000 };
	struct impair_state st = { 0 };

	(void)unused;
	assert_int_equal(judge(&c, &st, 0, 1000, &quiet).release, MS);
	assert_int_equal(judge(&c, &st, 0, 1000, &quiet).release, 2 * MS);
	assert_int_equal(judge(&c, &st, 9 * MS, 1000, &quiet).release, 10 * MS);
}

static void test_queue_limit_drops_the_tail(void **unused)
{
	struct impair_conf c = { .rate = 8000000, .queue = 2000 };
	struct impair_state st = { 0 };

	(void)unused;
	assert_int_equal(judge(&c, &st, 0, 1000, &quiet).fate, IMPAIR_FORWARD);
	assert_int_equal(judge(&c, &st, 0, 1000, &quiet).fate, IMPAIR_FORWARD);
	assert_int_equal(judge(&c, &st, 0, 1000, &quiet).fate,
			 IMPAIR_QUEUE_DROP);
	/* One has left. */
	assert_int_equal(judge(&c, &st, MS, 1000, &quiet).fate, IMPAIR_FORWARD);
}

static void test_packet_larger_than_the_queue_passes_an_idle_link(void **unused)
{
	struct impair_conf c = { .rate = 8000000, .queue = 10 };
	struct impair_state st = { 0 };

	(void)unused;
	assert_int_equal(judge(&c, &st, 0, 1000, &quiet).fate, IMPAIR_FORWARD);
}

static void test_duplicate(void **unused)
{
	struct impair_conf c = { .duplicate = 0.01 };
	struct impair_state st = { 0 };
	struct impair_dice d = quiet;

	(void)unused;
	d.duplicate = 0;
	assert_true(judge(&c, &st, 0, 60, &d).duplicate);
	assert_false(judge(&c, &st, 0, 60, &quiet).duplicate);
}

static void test_corruption_spares_the_ethernet_header(void **unused)
{
	struct impair_conf c = { .corrupt = 1 };
	struct impair_state st = { 0 };
	struct impair_dice d = quiet;
	struct impair_verdict v;

	(void)unused;
	for (uint64_t i = 0; i < 46 * 8 * 2; i++) {
		d.corrupt_where = i;
		v = judge(&c, &st, 0, 60, &d);
		assert_true(v.corrupt);
		assert_in_range(v.corrupt_bit, 14 * 8, 60 * 8 - 1);
	}
	assert_false(judge(&c, &st, 0, 14, &d).corrupt);
}

static void test_same_seed_same_dice(void **unused)
{
	struct impair_rng a, b, other;
	struct impair_dice da, db, dother;

	(void)unused;
	impair_seed(&a, 42);
	impair_seed(&b, 42);
	impair_seed(&other, 43);
	for (int i = 0; i < 100; i++) {
		impair_roll(&a, &da);
		impair_roll(&b, &db);
		impair_roll(&other, &dother);
		assert_memory_equal(&da, &db, sizeof(da));
		assert_memory_not_equal(&da, &dother, sizeof(da));
	}
}

/* Shares over 100,000 packets: four standard deviations are under 0.2 %. */
static void test_shares_are_as_asked(void **unused)
{
	struct impair_conf c = { .loss = 0.01, .duplicate = 0.02 };
	struct impair_state st = { 0 };
	struct impair_rng rng;
	int lost = 0, twice = 0;

	(void)unused;
	impair_seed(&rng, 7);
	for (int i = 0; i < 100000; i++) {
		struct impair_dice d;
		struct impair_verdict v;

		impair_roll(&rng, &d);
		v = judge(&c, &st, 0, 1500, &d);
		lost += v.fate == IMPAIR_LOST;
		twice += v.duplicate;
	}
	assert_in_range(lost, 850, 1150);
	assert_in_range(twice, 1780, 2180);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_clean_link_forwards_at_once),
		cmocka_unit_test(test_loss_follows_its_die),
		cmocka_unit_test(test_certain_loss_is_certain),
		cmocka_unit_test(test_burst_lasts_until_left),
		cmocka_unit_test(test_delay_and_jitter),
		cmocka_unit_test(test_jitter_keeps_the_order),
		cmocka_unit_test(test_jitter_larger_than_delay_never_goes_back),
		cmocka_unit_test(test_reordered_packet_is_overtaken),
		cmocka_unit_test(test_rate_spaces_packets),
		cmocka_unit_test(test_queue_limit_drops_the_tail),
		cmocka_unit_test(
			test_packet_larger_than_the_queue_passes_an_idle_link),
		cmocka_unit_test(test_duplicate),
		cmocka_unit_test(test_corruption_spares_the_ethernet_header),
		cmocka_unit_test(test_same_seed_same_dice),
		cmocka_unit_test(test_shares_are_as_asked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
