// SPDX-License-Identifier: MIT
/*
 * test_proto.c - requests as they go out, answers whole, cut and wrong
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "load.h"

#define KEY "0000000042"

static struct load_opts o;
static const struct req get = { .key = 42, .get = true }, set = { .key = 42 };
static bool wrong;

static int use_memcached(void **state)
{
	(void)state;
	o = (struct load_opts){ .proto = PROTO_MEMCACHED,
				.kind = LOAD_FIXED,
				.key_size = 10,
				.value_size = 5,
				.keys = 100 };
	return workload_init(&o);
}

static size_t good_answer(char *out)
{
	int n = sprintf(out, "VALUE " KEY " 0 5\r\n");

	workload_value(42, out + n, 5);
	n += 5;
	return (size_t)(n + sprintf(out + n, "\r\nEND\r\n"));
}

static void get_request(void **state)
{
	char out[512];
	size_t n = proto_request(&o, &get, out);

	(void)state;
	assert_int_equal(n, strlen("get " KEY "\r\n"));
	assert_memory_equal(out, "get " KEY "\r\n", n);
}

static void set_request(void **state)
{
	char out[512], want[512];
	size_t n = proto_request(&o, &set, out);
	size_t m = (size_t)sprintf(want, "set " KEY " 0 0 5\r\n");

	(void)state;
	workload_value(42, want + m, 5);
	m += 5;
	m += (size_t)sprintf(want + m, "\r\n");
	assert_int_equal(n, m);
	assert_memory_equal(out, want, m);
	assert_true(n <= proto_request_max(&o));
}

/* However it is cut, it is an answer only when it is whole. */
static void answer_in_pieces(void **state)
{
	char in[512];
	size_t n = good_answer(in), i;

	(void)state;
	for (i = 0; i < n; i++)
		assert_int_equal(proto_answer(&o, &get, in, i, &wrong), 0);
	assert_int_equal(proto_answer(&o, &get, in, n, &wrong), n);
	assert_false(wrong);
	/* what follows belongs to the next */
	assert_int_equal(proto_answer(&o, &get, in, n + 20, &wrong), n);
}

static void wrong_value(void **state)
{
	char in[512];
	size_t n = good_answer(in);

	(void)state;
	in[n - 8]++;
	assert_int_equal(proto_answer(&o, &get, in, n, &wrong), n);
	assert_true(wrong);
}

static void miss_is_wrong(void **state)
{
	(void)state;
	assert_int_equal(proto_answer(&o, &get, "END\r\n", 5, &wrong), 5);
	assert_true(wrong);
}

static void another_key_is_an_error(void **state)
{
	char in[512];
	size_t n = good_answer(in);

	(void)state;
	in[15]++;
	assert_int_equal(proto_answer(&o, &get, in, n, &wrong), -EPROTO);
}

static void stored(void **state)
{
	(void)state;
	assert_int_equal(proto_answer(&o, &set, "STORED\r", 7, &wrong), 0);
	assert_int_equal(proto_answer(&o, &set, "STORED\r\n", 8, &wrong), 8);
	assert_int_equal(proto_answer(&o, &set, "ERROR\r\nxx", 8, &wrong),
			 -EPROTO);
}

static void echo(void **state)
{
	char out[64];

	(void)state;
	o.proto = PROTO_ECHO;
	o.value_size = 64;
	assert_int_equal(proto_request(&o, &get, out), 64);
	assert_int_equal(proto_answer(&o, &get, out, 63, &wrong), 0);
	assert_int_equal(proto_answer(&o, &get, out, 64, &wrong), 64);
	assert_false(wrong);
	out[63] ^= 1;
	assert_int_equal(proto_answer(&o, &get, out, 64, &wrong), 64);
	assert_true(wrong);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(get_request, use_memcached),
		cmocka_unit_test_setup(set_request, use_memcached),
		cmocka_unit_test_setup(answer_in_pieces, use_memcached),
		cmocka_unit_test_setup(wrong_value, use_memcached),
		cmocka_unit_test_setup(miss_is_wrong, use_memcached),
		cmocka_unit_test_setup(another_key_is_an_error, use_memcached),
		cmocka_unit_test_setup(stored, use_memcached),
		cmocka_unit_test_setup(echo, use_memcached),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
