// SPDX-License-Identifier: MIT
/*
 * test_workload.c - keys and values are what the workload promises
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "load.h"

#define KEYS 20000

static struct load_opts o;

static void use(enum load_kind kind)
{
	o = (struct load_opts){ .kind = kind,
				.key_size = 30,
				.value_size = 64,
				.get_ratio = -1,
				.keys = KEYS,
				.seed = 7 };
	assert_int_equal(workload_init(&o), 0);
}

static void etc_sizes(void **state)
{
	double keys = 0, values = 0;
	char key[KEY_MAX];
	uint32_t k;

	(void)state;
	use(LOAD_ETC);
	for (k = 0; k < KEYS; k++) {
		unsigned n = workload_key(k, key);
		unsigned v = workload_value_size(k);

		assert_in_range(n, 20, 70);
		assert_in_range(v, 1, 1024);
		keys += n;
		values += v;
	}
	/* means of the truncated distributions */
	assert_in_range((int)(keys / KEYS), 32, 38);
	assert_in_range((int)(values / KEYS), 200, 300);
}

static void usr_sizes(void **state)
{
	char key[KEY_MAX];

	(void)state;
	use(LOAD_USR);
	assert_int_equal(workload_key(19999, key), 19);
	assert_memory_equal(key, "0000000000000019999", 19);
	assert_int_equal(workload_value_size(5), 2);
}

static void fixed_sizes(void **state)
{
	char key[KEY_MAX];

	(void)state;
	use(LOAD_FIXED);
	assert_int_equal(workload_key(0, key), 30);
	assert_memory_equal(key, "000000000000000000000000000000", 30);
	assert_int_equal(workload_value_size(0), 64);
}

/* Printable, so that no value looks like the end of an answer. */
static void values_are_text(void **state)
{
	char v[1024];
	unsigned i;

	(void)state;
	use(LOAD_ETC);
	workload_value(99, v, sizeof(v));
	for (i = 0; i < sizeof(v); i++)
		assert_in_range(v[i], '!', '!' + 63);
}

static void every_wrong_byte_is_seen(void **state)
{
	char v[100];
	unsigned i;

	(void)state;
	use(LOAD_USR);
	workload_value(123, v, sizeof(v));
	assert_true(workload_value_ok(123, v, sizeof(v)));
	for (i = 0; i < sizeof(v); i++) {
		v[i]++;
		assert_false(workload_value_ok(123, v, sizeof(v)));
		v[i]--;
	}
	assert_false(workload_value_ok(124, v, sizeof(v)));
}

static void picks_cover_the_keys(void **state)
{
	uint32_t least = UINT32_MAX, most = 0, k;
	unsigned i;

	(void)state;
	use(LOAD_USR);
	for (i = 0; i < 1000000; i++) {
		k = workload_pick();
		least = k < least ? k : least;
		most = k > most ? k : most;
	}
	assert_int_equal(least, 0);
	assert_int_equal(most, KEYS - 1);
}

static int percent_get(void)
{
	unsigned i, gets = 0;

	for (i = 0; i < 100000; i++)
		gets += workload_is_get();
	return (int)(gets + 500) / 1000;
}

static void mixes(void **state)
{
	(void)state;
	use(LOAD_ETC);
	assert_in_range(percent_get(), 74, 76);
	use(LOAD_USR);
	assert_int_equal(percent_get(), 99);
	o.get_ratio = 0;
	assert_int_equal(percent_get(), 0);
	o.get_ratio = 1;
	assert_int_equal(percent_get(), 100);
}

static void same_seed_same_load(void **state)
{
	uint32_t first[100];
	unsigned i;

	(void)state;
	use(LOAD_USR);
	for (i = 0; i < 100; i++)
		first[i] = workload_pick();
	use(LOAD_USR);
	for (i = 0; i < 100; i++)
		assert_int_equal(workload_pick(), first[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(etc_sizes),
		cmocka_unit_test(usr_sizes),
		cmocka_unit_test(fixed_sizes),
		cmocka_unit_test(values_are_text),
		cmocka_unit_test(every_wrong_byte_is_seen),
		cmocka_unit_test(picks_cover_the_keys),
		cmocka_unit_test(mixes),
		cmocka_unit_test(same_seed_same_load),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
