// SPDX-License-Identifier: MIT
/*
 * test_opts.c - the table of integer options
 */
#include <errno.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "shim/opts.h"

static void options_are_found_by_level_and_name(void **state)
{
	(void)state;
	assert_int_equal(opt_find(IPPROTO_TCP, TCP_NODELAY), OPT_NODELAY);
	assert_int_equal(opt_find(SOL_SOCKET, SO_REUSEPORT), OPT_REUSEPORT);
	/* the same number at another level is another option */
	assert_int_equal(opt_find(IPPROTO_IPV6, IPV6_V6ONLY), OPT_V6ONLY);
	assert_int_equal(opt_find(SOL_SOCKET, 0x7777), OPT_N);
}

static void booleans_become_one(void **state)
{
	int val;

	(void)state;
	assert_int_equal(opt_clamp(OPT_NODELAY, 77, &val), 0);
	assert_int_equal(val, 1);
	assert_int_equal(opt_clamp(OPT_NODELAY, -1, &val), 0);
	assert_int_equal(val, 1);
	assert_int_equal(opt_clamp(OPT_NODELAY, 0, &val), 0);
	assert_int_equal(val, 0);
}

static void ranges_are_those_of_linux(void **state)
{
	int val = 4711;

	(void)state;
	assert_int_equal(opt_clamp(OPT_KEEPIDLE, 0, &val), -EINVAL);
	assert_int_equal(opt_clamp(OPT_KEEPIDLE, 32768, &val), -EINVAL);
	assert_int_equal(opt_clamp(OPT_KEEPCNT, 128, &val), -EINVAL);
	assert_int_equal(opt_clamp(OPT_TTL, 0, &val), -EINVAL);
	assert_int_equal(opt_clamp(OPT_TTL, 256, &val), -EINVAL);
	assert_int_equal(val, 4711); /* untouched on failure */
	assert_int_equal(opt_clamp(OPT_KEEPIDLE, 1, &val), 0);
	assert_int_equal(val, 1);
}

static void options_fit_their_sockets(void **state)
{
	(void)state;
	assert_true(opt_fits(OPT_NODELAY, SOCK_STREAM, AF_INET));
	assert_false(opt_fits(OPT_NODELAY, SOCK_DGRAM, AF_INET));
	assert_true(opt_fits(OPT_V6ONLY, SOCK_DGRAM, AF_INET6));
	assert_false(opt_fits(OPT_V6ONLY, SOCK_STREAM, AF_INET));
}

static void a_new_socket_has_the_defaults(void **state)
{
	struct opts o;

	(void)state;
	opts_init(&o);
	assert_int_equal(o.set, 0);
	assert_int_equal(o.linger, -1);
	assert_int_equal(opt_get(&o, OPT_KEEPIDLE), 7200);
	assert_int_equal(opt_get(&o, OPT_TTL), 64);
	assert_int_equal(opt_get(&o, OPT_NODELAY), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options_are_found_by_level_and_name),
		cmocka_unit_test(booleans_become_one),
		cmocka_unit_test(ranges_are_those_of_linux),
		cmocka_unit_test(options_fit_their_sockets),
		cmocka_unit_test(a_new_socket_has_the_defaults),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
