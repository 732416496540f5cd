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

#include "shim/option/fates.h"
#include "shim/option/opts.h"
#include "shim/option/priv.h"

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

static struct sock_priv priv;
static struct sock sock = { .type = SOCK_STREAM,
			    .family = AF_INET,
			    .priv = &priv };

static int kept(enum opt_id id, int val)
{
	int out = -4711;
	int rc = opt_rule(&sock, id, val, &out);

	return rc < 0 ? rc : out;
}

static void values_are_kept_as_linux_keeps_them(void **state)
{
	(void)state;
	opts_init(&priv.opts);
	assert_int_equal(kept(OPT_TTL, -1), 64);
	assert_int_equal(kept(OPT_TOS, 0xff), 0xfc);
	assert_int_equal(kept(OPT_LINGER2, -5), -1);
	assert_int_equal(kept(OPT_LINGER2, 0), 60);
	assert_int_equal(kept(OPT_LINGER2, 121), 120);
	assert_int_equal(kept(OPT_DEFER_ACCEPT, 30), 31);
	assert_int_equal(kept(OPT_DEFER_ACCEPT, INT_MAX) > 0, 1);
	assert_int_equal(kept(OPT_RCVLOWAT, 0), 1);
	assert_int_equal(kept(OPT_MAXSEG, 0), 0);
	assert_int_equal(kept(OPT_MAXSEG, 87), -EINVAL);
	assert_int_equal(kept(OPT_INQ, 2), -EINVAL);
	sock.type = SOCK_DGRAM;
	assert_int_equal(kept(OPT_TOS, 0xff), 0xff);
	assert_int_equal(kept(OPT_RCVLOWAT, -1), INT_MAX);
	sock.type = SOCK_STREAM;
}

static void the_state_says_what_is_too_late(void **state)
{
	(void)state;
	sock.state = SS_INIT;
	assert_int_equal(kept(OPT_WINDOW_CLAMP, 0), 0);
	assert_int_equal(kept(OPT_WINDOW_CLAMP, 1), 1152);
	assert_int_equal(kept(OPT_FASTOPEN, 5), 5);
	sock.state = SS_CONNECTED;
	assert_int_equal(kept(OPT_WINDOW_CLAMP, 0), -EINVAL);
	assert_int_equal(kept(OPT_FASTOPEN, 5), -EINVAL);
	sock.state = SS_INIT;
}

static void every_option_has_a_fate(void **state)
{
	(void)state;
	assert_int_equal(fate_of(&sock, IPPROTO_TCP, TCP_NODELAY), FATE_NUMBER);
	assert_int_equal(fate_of(&sock, SOL_SOCKET, SO_MARK), FATE_COLD);
	assert_int_equal(fate_of(&sock, SOL_SOCKET, SO_BINDTODEVICE),
			 FATE_COLD);
	assert_int_equal(fate_of(&sock, SOL_SOCKET, SO_LINGER), FATE_OWN);
	assert_int_equal(fate_of(&sock, IPPROTO_IP, IP_ADD_MEMBERSHIP),
			 FATE_NOTHING);
	assert_int_equal(fate_of(&sock, IPPROTO_TCP, TCP_MD5SIG), FATE_NEVER);
	/* may be guards */
	assert_int_equal(fate_of(&sock, SOL_SOCKET, SO_ATTACH_BPF),
			 FATE_UNKNOWN);
	assert_int_equal(fate_of(&sock, IPPROTO_IP, IP_XFRM_POLICY),
			 FATE_UNKNOWN);
	/* of other sockets */
	assert_int_equal(fate_of(&sock, IPPROTO_IPV6, IPV6_DONTFRAG),
			 FATE_UNKNOWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options_are_found_by_level_and_name),
		cmocka_unit_test(booleans_become_one),
		cmocka_unit_test(ranges_are_those_of_linux),
		cmocka_unit_test(options_fit_their_sockets),
		cmocka_unit_test(a_new_socket_has_the_defaults),
		cmocka_unit_test(values_are_kept_as_linux_keeps_them),
		cmocka_unit_test(the_state_says_what_is_too_late),
		cmocka_unit_test(every_option_has_a_fate),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
