// SPDX-License-Identifier: MIT
/*
 * test_options - the command line of ix-wire.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "options.h"

static FILE *sink;

/* Splits a line at its spaces and parses it. */
static int parse(const char *line, struct wire_options *opt)
{
	static char copy[256]; /* the options point into it */
	char *argv[32] = { (char *)"ix-wire" };
	int argc = 1;

	snprintf(copy, sizeof(copy), "%s", line);
	for (char *s = strtok(copy, " "); s; s = strtok(NULL, " "))
		argv[argc++] = s;
	return wire_options_parse(argc, argv, sink, opt);
}

static void assert_close(double got, double want)
{
	assert_true(got > want - 1e-9 && got < want + 1e-9);
}

static void test_both_directions(void **unused)
{
	struct wire_options o;

	(void)unused;
	assert_int_equal(parse("--loss 1% --delay 10ms --rate 100m a b", &o),
			 0);
	for (int i = 0; i < 2; i++) {
		assert_close(o.dir[i].loss, 0.01);
		assert_int_equal(o.dir[i].delay, 10000000);
		assert_int_equal(o.dir[i].rate, 100000000);
	}
	assert_string_equal(o.ifname[0], "a");
	assert_string_equal(o.ifname[1], "b");
	assert_int_equal(o.seed, 1);
}

static void test_one_direction(void **unused)
{
	struct wire_options o;

	(void)unused;
	assert_int_equal(parse("a b --ab-loss 0.5 --ba-reorder 5%", &o), 0);
	assert_close(o.dir[0].loss, 0.5);
	assert_close(o.dir[1].loss, 0);
	assert_close(o.dir[0].reorder, 0);
	assert_close(o.dir[1].reorder, 0.05);
}

static void test_burst(void **unused)
{
	struct wire_options o;

	(void)unused;
	assert_int_equal(parse("--burst 0.5%,20% a b", &o), 0);
	assert_close(o.dir[0].burst_enter, 0.005);
	assert_close(o.dir[0].burst_leave, 0.2);
	assert_close(o.dir[0].burst_loss, 1);
	assert_int_equal(parse("--burst 0.1,0.2,0.3 a b", &o), 0);
	assert_close(o.dir[1].burst_loss, 0.3);
}

static void test_wrong_is_refused(void **unused)
{
	static const char *const wrong[] = {
		"a",
		"a b c",
		"--loss a b",
		"--loss 2 a b",
		"--loss 101% a b",
		"--loss -1 a b",
		"--loss 1%x a b",
		"--burst 1% a b",
		"--delay 3parsecs a b",
		"--nonsense 1 a b",
		"--ab-seed 1 a b",
		"a b --seed",
		"--burst 1%, a b",
		"--burst 1,1,1,1 a b",
		"--delay nan a b",
	};
	struct wire_options o;

	(void)unused;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_int_equal(parse(wrong[i], &o), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_both_directions),
		cmocka_unit_test(test_one_direction),
		cmocka_unit_test(test_burst),
		cmocka_unit_test(test_wrong_is_refused),
	};

	sink = fopen("/dev/null", "w");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
