// SPDX-License-Identifier: MIT
/*
 * test_addr.c - what an address is, and how it is written
 */
#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* after the above */
#include <cmocka.h>

#include "base/addr.h"
#include "base/text.h"

static struct ix_addr v6(const char *text)
{
	struct ix_addr a;

	assert_int_equal(inet_pton(AF_INET6, text, a.b), 1);
	return a;
}

static struct ix_addr v4(const char *text)
{
	struct in_addr a;

	assert_int_equal(inet_pton(AF_INET, text, &a), 1);
	return addr_from_v4(a.s_addr);
}

static void kinds(void **state)
{
	struct ix_addr four = v4("10.0.0.2"), six = v6("2001:db8::2");
	struct ix_addr any4 = v4("0.0.0.0"), any6 = v6("::");
	struct ix_addr lo4 = v4("127.9.8.7"), lo6 = v6("::1");

	(void)state;
	assert_true(addr_is_v4(&four) && !addr_is_v4(&six));
	assert_true(addr_v4(&four) == htonl(0x0a000002));
	assert_true(addr_is_any(&any4) && addr_is_any(&any6));
	assert_false(addr_is_any(&four) || addr_is_any(&lo6));
	assert_true(addr_is_loopback(&lo4) && addr_is_loopback(&lo6));
	assert_false(addr_is_loopback(&four) || addr_is_loopback(&any6));
	assert_true(addr_equal(&four, &four) && !addr_equal(&four, &any4));
}

static void prefixes(void **state)
{
	struct ix_addr a = v4("10.1.2.130"), b = v4("10.1.2.129");
	uint32_t n;

	(void)state;
	for (n = 0; n <= 126; n++)
		assert_true(addr_same_prefix(&a, &b, n));
	assert_false(addr_same_prefix(&a, &b, 127));
	assert_false(addr_same_prefix(&a, &b, 128));
	assert_true(addr_same_prefix(&a, &a, 128));
}

static void texts(void **state)
{
	struct ix_addr four = v4("10.0.0.2"), six = v6("2001:db8::2");
	struct ix_addr longest = v6("fd00:1111:2222:3333:4444:5555:6666:7777");
	char addr[ADDR_TEXT_LEN], text[ENDPOINT_TEXT_LEN];

	(void)state;
	assert_string_equal(addr_text(&four, addr), "10.0.0.2");
	assert_string_equal(addr_text(&six, addr), "2001:db8::2");
	assert_string_equal(endpoint_text(&four, 80, text), "10.0.0.2:80");
	assert_string_equal(endpoint_text(&six, 80, text), "[2001:db8::2]:80");
	assert_string_equal(endpoint_text(&longest, 65535, text),
			    "[fd00:1111:2222:3333:4444:5555:6666:7777]:65535");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kinds),
		cmocka_unit_test(prefixes),
		cmocka_unit_test(texts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
