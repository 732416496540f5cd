// SPDX-License-Identifier: MIT
/*
 * test_ending.c - how long an instance outlives its program
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
/* after the above */
#include <cmocka.h>

#include "control/host/owner/ending.h"
#include "control/host/owner/owner.h"

#define S 1000000000ull
#define START (1000 * S)

static struct instance *in;
static struct owner *o;
static struct ethread *et;

/* An instance whose processes have all ended at START. */
static int setup(void **state)
{
	(void)state;
	in = calloc(1, sizeof(*in));
	o = calloc(1, sizeof(*o));
	et = aligned_alloc(4096, (sizeof(*et) + 4095) & ~4095ul);
	memset(et, 0, sizeof(*et));
	in->core.et[0] = et;
	o->in = in;
	o->gone_at = START;
	return in && o && et ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	free(et);
	free(o);
	free(in);
	return 0;
}

/* When it ends if it is asked every so often; limit if it has not by then. */
static uint64_t end(uint64_t step, uint64_t limit)
{
	uint64_t now, next;

	for (now = START; now < limit; now += step) {
		next = UINT64_MAX;
		if (ending_is_over(o, now, &next))
			return now;
		assert_true(next > now && next != UINT64_MAX);
	}
	return limit;
}

static void test_at_once(void **state)
{
	(void)state;
	assert_int_equal(end(S / 20, START + 10 * S), START + S / 10);
}

static void test_processes(void **state)
{
	uint64_t next = UINT64_MAX;

	(void)state;
	o->nprocs = 1;
	assert_false(ending_is_over(o, START + 1000000 * S, &next));
	assert_int_equal(next, UINT64_MAX);
}

/* Ring 3 says that it has something to do, and nothing moves. */
static void test_busy_for_ever(void **state)
{
	(void)state;
	o->busy = 1;
	assert_int_equal(end(S, START + 100000 * S), START + 900 * S);
}

/* Bytes pass, seldom: the relay is in use. */
static void test_relay(void **state)
{
	uint64_t now, next;

	(void)state;
	o->busy = 1;
	in->core.nethreads = 1;
	for (now = START; now < START + 8000 * S; now += 800 * S) {
		next = UINT64_MAX;
		assert_false(ending_is_over(o, now, &next));
		assert_int_equal(next, now + 900 * S);
		et->net.stats.tcp_rx_bytes++;
	}
	in->core.nethreads = 0;
	o->busy = 0;
	assert_true(ending_is_over(o, now, &next));
}

/* The same bytes, sent again and again to a peer that is gone. */
static void test_retransmissions(void **state)
{
	uint64_t next;

	(void)state;
	o->busy = 1;
	in->core.nethreads = 1;
	assert_false(ending_is_over(o, START, &next));
	et->net.stats.tcp_tx_bytes += 100;
	et->net.stats.tcp_rtx_bytes += 100;
	next = UINT64_MAX;
	assert_false(ending_is_over(o, START + 500 * S, &next));
	assert_int_equal(next, START + 900 * S);
}

/* Ring 3 may talk to itself: a day is the limit. */
static void test_day(void **state)
{
	uint64_t now = START, next;

	(void)state;
	o->busy = 1;
	in->core.nethreads = 1;
	for (; now < START + 86000 * S; now += 500 * S) {
		next = UINT64_MAX;
		assert_false(ending_is_over(o, now, &next));
		assert_true(next <= START + 86400 * S);
		et->net.stats.tcp_rx_bytes++;
	}
	in->core.nethreads = 0;
	assert_true(ending_is_over(o, START + 86400 * S, &next));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_at_once, setup, teardown),
		cmocka_unit_test_setup_teardown(test_processes, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_busy_for_ever, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_relay, setup, teardown),
		cmocka_unit_test_setup_teardown(test_retransmissions, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_day, setup, teardown),
	};

	return cmocka_run_group_tests_name("ending", tests, NULL, NULL);
}
