// SPDX-License-Identifier: MIT
/*
 * test_timer.c - the timing wheel against a naive model
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "net/common/timer.h"

#define TICK (UINT64_C(1) << TIMER_TICK_SHIFT)
#define N 200

struct item {
	struct timer t;
	int fired;
	uint64_t rearm;	   /* expiry to arm again in fn; 0: none */
	struct item *kill; /* timer to disarm in fn */
};

static struct timer_wheel w;
static struct item items[N];
static uint64_t now;

static void fire(struct net *n, struct timer *t)
{
	struct item *i = (struct item *)t;

	(void)n;
	assert_false(timer_armed(t));
	assert_true(t->expires_ns <= now);
	i->fired++;
	if (i->rearm)
		timer_arm(&w, t, i->rearm);
	if (i->kill)
		timer_disarm(&w, &i->kill->t);
}

static int setup(void **state)
{
	(void)state;
	memset(items, 0, sizeof(items));
	for (unsigned i = 0; i < N; i++)
		items[i].t.fn = fire;
	now = 1000 * TICK + 17;
	timer_wheel_init(&w, now);
	return 0;
}

static unsigned run_at(uint64_t t)
{
	now = t;
	return timer_run(&w, NULL, now);
}

static int teardown(void **state)
{
	(void)state;
	for (unsigned i = 0; i < N; i++)
		timer_disarm(&w, &items[i].t);
	assert_int_equal(w.armed, 0);
	for (unsigned l = 0; l < TIMER_LEVELS; l++)
		for (unsigned i = 0; i < TIMER_SLOTS / 64; i++)
			assert_true(w.occupied[l][i] == 0);
	assert_true(timer_next(&w) == UINT64_MAX);
	return 0;
}

static void test_fires_within_a_tick(void **state)
{
	uint64_t at = now + 5 * TICK + 3;

	(void)state;
	timer_arm(&w, &items[0].t, at);
	assert_int_equal(w.armed, 1);
	assert_int_equal(run_at(at - 1), 0);
	assert_int_equal(run_at(at + TICK), 1);
	assert_int_equal(items[0].fired, 1);
	assert_int_equal(run_at(at + 100 * TICK), 0);
}

static void test_past_fires_on_next_tick(void **state)
{
	(void)state;
	timer_arm(&w, &items[0].t, 0);
	assert_int_equal(run_at(now), 0);
	assert_int_equal(run_at(now + TICK), 1);
}

static void test_rearm_moves(void **state)
{
	uint64_t base = now;

	(void)state;
	timer_arm(&w, &items[0].t, base + 3 * TICK);
	timer_arm(&w, &items[0].t, base + 300 * TICK);
	assert_int_equal(w.armed, 1);
	assert_int_equal(run_at(base + 299 * TICK), 0);
	assert_int_equal(run_at(base + 301 * TICK), 1);
}

/* The moments around which a timer changes its level or the top wraps. */
static void test_boundaries(void **state)
{
	static const uint64_t edge[] = { 0,
					 1,
					 255,
					 256,
					 257,
					 65535,
					 65536,
					 65537,
					 1 << 24,
					 (1 << 24) - 1,
					 (1ull << 32) - 1,
					 1ull << 32,
					 (1ull << 32) + 1,
					 1ull << 34 };

	(void)state;
	for (unsigned s = 0; s < 14; s++)
		for (unsigned e = 0; e < 14; e++)
			for (int d = -2; d <= 2; d++) {
				uint64_t start = edge[s] * TICK + 2 * TICK;
				uint64_t at = start + edge[e] * TICK +
					      (uint64_t)((d + 2) * (int)TICK);

				now = start;
				timer_wheel_init(&w, now);
				items[0].fired = 0;
				timer_arm(&w, &items[0].t, at);
				assert_true(timer_next(&w) <= at + TICK);
				run_at(at - 1);
				assert_int_equal(items[0].fired, 0);
				assert_int_equal(run_at(at + TICK), 1);
				assert_int_equal(w.armed, 0);
			}
}

static void test_next_is_exact_when_few(void **state)
{
	uint64_t two_hours = now + UINT64_C(7200000000000);

	(void)state;
	timer_arm(&w, &items[0].t, two_hours);
	/* sleeping until timer_next() wakes once, and then fires */
	assert_true(timer_next(&w) >= two_hours);
	assert_true(timer_next(&w) < two_hours + TICK);
	assert_int_equal(run_at(timer_next(&w)), 1);
}

/* Many timers in one slot of an upper level: few wake-ups, none late. */
static void test_next_wakes_few_times(void **state)
{
	uint64_t at = now + 70000 * TICK;
	unsigned wakes = 0, fired = 0;

	(void)state;
	for (unsigned i = 0; i < N; i++)
		timer_arm(&w, &items[i].t, at);
	while (w.armed) {
		uint64_t next = timer_next(&w);

		assert_true(next < at + TICK);
		fired += run_at(next);
		wakes++;
	}
	assert_int_equal(fired, N);
	assert_true(wakes <= TIMER_LEVELS);
}

static void test_far_future(void **state)
{
	(void)state;
	timer_arm(&w, &items[0].t, UINT64_MAX);
	timer_arm(&w, &items[1].t, UINT64_MAX - TICK);
	assert_int_equal(run_at(now + (UINT64_C(1) << 60)), 0);
	assert_int_equal(w.armed, 2);
	assert_int_equal(run_at(UINT64_MAX), 1); /* [0]: one tick later */
	assert_true(timer_next(&w) != UINT64_MAX);
}

static void test_fn_disarms_another_that_is_due(void **state)
{
	(void)state;
	timer_arm(&w, &items[0].t, now + 2 * TICK);
	timer_arm(&w, &items[1].t, now + 3 * TICK);
	timer_arm(&w, &items[2].t, now + 3 * TICK);
	items[0].kill = &items[1];
	assert_int_equal(run_at(now + 10 * TICK), 2);
	assert_int_equal(items[1].fired, 0);
	assert_int_equal(items[2].fired, 1);
}

static void test_fn_rearms_in_the_past(void **state)
{
	(void)state;
	items[0].rearm = 1;
	timer_arm(&w, &items[0].t, now);
	/* once for each run, however far time jumped */
	assert_int_equal(run_at(now + 5000 * TICK), 1);
	assert_int_equal(run_at(now), 0);
	assert_int_equal(run_at(now + TICK), 1);
}

static void test_time_going_back_is_harmless(void **state)
{
	(void)state;
	timer_arm(&w, &items[0].t, now + 4 * TICK);
	assert_int_equal(run_at(0), 0);
	assert_int_equal(run_at(1000 * TICK + 17), 0);
	assert_int_equal(run_at(1006 * TICK), 1);
}

/*
 * Random operations against a model: a list of deadlines
 */
static uint64_t rnd(void)
{
	static uint64_t x = 88172645463325252ull;

	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	return x;
}

/* Spans from below a tick to beyond the wheel, all equally likely. */
static uint64_t span(void)
{
	return rnd() >> (rnd() % 60 + 4);
}

static void check_model(const uint64_t *deadline)
{
	uint64_t first = UINT64_MAX;
	unsigned armed = 0;

	for (unsigned i = 0; i < N; i++) {
		assert_int_equal(timer_armed(&items[i].t), deadline[i] != 0);
		if (!deadline[i])
			continue;
		armed++;
		if (deadline[i] < first)
			first = deadline[i];
		/* nothing is later than one tick, or one run after arming */
		if (items[i].rearm != 1)
			assert_true(deadline[i] + TICK > now);
	}
	assert_int_equal(w.armed, armed);
	if (armed && first > now && first < UINT64_MAX - TICK)
		assert_true(timer_next(&w) < first + TICK);
	if (!armed)
		assert_true(timer_next(&w) == UINT64_MAX);
}

static void test_random(void **state)
{
	uint64_t deadline[N] = { 0 };

	(void)state;
	for (unsigned step = 0; step < 300000; step++) {
		unsigned i = (unsigned)(rnd() % N);

		switch (rnd() % 4) {
		case 0:
		case 1:
			deadline[i] = now + TICK + (span() >> 12);
			timer_arm(&w, &items[i].t, deadline[i]);
			break;
		case 2:
			timer_disarm(&w, &items[i].t);
			deadline[i] = 0;
			break;
		case 3:
			now += rnd() % 64 ? span() >> 24 : span() >> 14;
			timer_run(&w, NULL, now);
			for (unsigned k = 0; k < N; k++)
				if (deadline[k] && items[k].fired) {
					assert_true(deadline[k] <= now);
					deadline[k] = 0;
				}
			for (unsigned k = 0; k < N; k++)
				items[k].fired = 0;
			break;
		}
		if (step % 16 == 0)
			check_model(deadline);
	}
}

/* An idle wheel's run() must not search. */
static void test_run_is_bounded_when_idle(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 5000000; i++)
		assert_true(timer_run(&w, NULL, now + i) == 0);
	now += 5000000;
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_fires_within_a_tick),
		T(test_past_fires_on_next_tick),
		T(test_rearm_moves),
		T(test_boundaries),
		T(test_next_is_exact_when_few),
		T(test_next_wakes_few_times),
		T(test_far_future),
		T(test_fn_disarms_another_that_is_due),
		T(test_fn_rearms_in_the_past),
		T(test_time_going_back_is_harmless),
		T(test_random),
		T(test_run_is_bounded_when_idle),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
