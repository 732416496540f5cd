// SPDX-License-Identifier: MIT
/*
 * test_addr.c - addresses as programs give and see them
 */
#include <arpa/inet.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "ix/libix.h"
#include "shim/host/addr.h"

static struct sockaddr_in in4(const char *ip, uint16_t port)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
				 .sin_port = htons(port) };

	inet_pton(AF_INET, ip, &a.sin_addr);
	return a;
}

static struct sockaddr_in6 in6(const char *ip, uint16_t port)
{
	struct sockaddr_in6 a = { .sin6_family = AF_INET6,
				  .sin6_port = htons(port) };

	inet_pton(AF_INET6, ip, &a.sin6_addr);
	return a;
}

static struct ix_addr ip6(const char *ip)
{
	struct ix_addr a;

	inet_pton(AF_INET6, ip, a.b);
	return a;
}

static void ipv4_becomes_mapped(void **state)
{
	struct sockaddr_in a = in4("10.86.0.2", 80);
	struct ix_addr want = ip6("::ffff:10.86.0.2");
	struct endpoint ep;

	(void)state;
	assert_int_equal(
		addr_parse((struct sockaddr *)&a, sizeof(a), AF_INET, &ep), 0);
	assert_true(addr_equal(&ep.ip, &want));
	assert_int_equal(ep.port, 80);
	assert_true(addr_is_v4(&ep.ip));
}

static void short_addresses_are_refused(void **state)
{
	struct sockaddr_in a = in4("10.86.0.2", 80);
	struct sockaddr_in6 b = in6("fd00::1", 80);
	struct endpoint ep;

	(void)state;
	assert_int_equal(addr_parse((struct sockaddr *)&a, sizeof(a) - 1,
				    AF_INET, &ep),
			 -EINVAL);
	assert_int_equal(addr_parse((struct sockaddr *)&b, 23, AF_INET6, &ep),
			 -EINVAL);
	assert_int_equal(addr_parse((struct sockaddr *)&b, 24, AF_INET6, &ep),
			 0);
	assert_int_equal(addr_parse(NULL, 0, AF_INET, &ep), -EINVAL);
}

static void foreign_families_are_refused(void **state)
{
	struct sockaddr_in6 b = in6("fd00::1", 80);
	struct sockaddr u = { .sa_family = AF_UNIX };
	struct endpoint ep;

	(void)state;
	assert_int_equal(addr_parse((struct sockaddr *)&b, sizeof(b), AF_INET,
				    &ep),
			 -EAFNOSUPPORT);
	assert_int_equal(addr_parse(&u, sizeof(u), AF_INET, &ep),
			 -EAFNOSUPPORT);
}

static int parse(int (*fn)(const struct sockaddr *sa, socklen_t len, int family,
			   struct endpoint *out),
		 int family, sa_family_t named, const char *ip, socklen_t len)
{
	struct sockaddr_storage name = { 0 };
	struct sockaddr_in a = in4(ip, 80);
	struct endpoint ep;

	memcpy(&name, &a, sizeof(a));
	name.ss_family = named;
	return fn((struct sockaddr *)&name, len, family, &ep);
}

/* What Linux 6.1 and 6.18 answer, see name-families of the POSIX programs. */
static void each_call_has_its_own_rules(void **state)
{
	(void)state;
	assert_int_equal(
		parse(addr_parse_bind, AF_INET, AF_UNSPEC, "0.0.0.0", 16), 0);
	assert_int_equal(parse(addr_parse_bind, AF_INET, AF_UNSPEC, "10.0.0.1",
			       16),
			 -EAFNOSUPPORT);
	assert_int_equal(parse(addr_parse_bind, AF_INET6, AF_INET, "0.0.0.0",
			       16),
			 -EINVAL);
	assert_int_equal(parse(addr_parse_bind, AF_INET6, AF_INET, "0.0.0.0",
			       28),
			 -EAFNOSUPPORT);
	assert_int_equal(parse(addr_parse, AF_INET, AF_INET, "10.0.0.1", 129),
			 -EINVAL);
	assert_int_equal(parse(addr_parse, AF_INET6, AF_INET, "10.0.0.1", 28),
			 -EAFNOSUPPORT);
	assert_int_equal(
		parse(addr_parse_dgram, AF_INET6, AF_INET, "10.0.0.1", 16), 0);
	assert_int_equal(parse(addr_parse_dgram, AF_INET, 99, "10.0.0.1", 16),
			 -EAFNOSUPPORT);
	assert_int_equal(
		parse(addr_parse_to, AF_INET, AF_UNSPEC, "10.0.0.1", 16), 0);
	assert_int_equal(parse(addr_parse_to, AF_INET, 99, "10.0.0.1", 16),
			 -EAFNOSUPPORT);
	assert_int_equal(parse(addr_parse_to, AF_INET6, AF_UNSPEC, "10.0.0.1",
			       2),
			 -EDESTADDRREQ);
	assert_int_equal(parse(addr_parse_to, AF_INET6, 99, "10.0.0.1", 28),
			 -EINVAL);
}

static void a_network_has_a_broadcast_address(void **state)
{
	const struct ix_info info = {
		.naddrs = 2,
		.addrs = { { .ip = ip6("::ffff:10.86.0.2"), .prefix = 96 + 24 },
			   { .ip = ip6("::ffff:10.9.0.2"), .prefix = 96 + 31 } }
	};
	static const struct {
		const char *ip;
		bool yes;
	} tries[] = { { "::ffff:10.86.0.255", true },
		      { "::ffff:255.255.255.255", true },
		      { "::ffff:10.86.0.254", false },
		      { "::ffff:10.86.1.255", false },
		      { "::ffff:10.9.0.3", false },
		      { "ff02::ffff:ffff", false } };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(tries) / sizeof(tries[0]); i++) {
		struct ix_addr ip = ip6(tries[i].ip);

		assert_int_equal(addr_is_broadcast(&info, &ip), tries[i].yes);
	}
}

static void an_inet6_socket_sees_mapped_peers(void **state)
{
	struct endpoint ep = { .ip = ip6("::ffff:10.86.0.1"), .port = 99 };
	struct sockaddr_in6 out;
	socklen_t len = sizeof(out);

	(void)state;
	addr_show(&ep, AF_INET6, (struct sockaddr *)&out, &len);
	assert_int_equal(len, sizeof(out));
	assert_int_equal(out.sin6_family, AF_INET6);
	assert_int_equal(ntohs(out.sin6_port), 99);
	assert_memory_equal(&out.sin6_addr, &ep.ip, 16);
}

static void a_small_buffer_is_cut_off(void **state)
{
	struct endpoint ep = { .ip = ip6("::ffff:10.86.0.1"), .port = 99 };
	struct sockaddr_in out;
	socklen_t len = 4;

	(void)state;
	memset(&out, 0x55, sizeof(out));
	addr_show(&ep, AF_INET, (struct sockaddr *)&out, &len);
	assert_int_equal(len, sizeof(out));
	assert_int_equal(ntohs(out.sin_port), 99);
	assert_int_equal(out.sin_addr.s_addr, 0x55555555);
}

static void wildcards_and_loopback(void **state)
{
	struct ix_addr any6 = addr_any(AF_INET6), any4 = addr_any(AF_INET);
	struct ix_addr a = ip6("::1"), b = ip6("::ffff:127.9.9.9");
	struct ix_addr c = ip6("::ffff:128.0.0.1"), d = ip6("::2");

	(void)state;
	assert_true(addr_is_any(&any6) && addr_is_any(&any4));
	assert_true(addr_is_v4(&any4) && !addr_is_v4(&any6));
	assert_true(addr_is_loopback(&a) && addr_is_loopback(&b));
	assert_false(addr_is_loopback(&c) || addr_is_loopback(&d));
	assert_false(addr_is_any(&a) || addr_is_loopback(&any6));
}

static void the_source_is_on_the_link_of_the_destination(void **state)
{
	struct ix_info info = { .naddrs = 3 };
	struct ix_addr to;

	(void)state;
	info.addrs[0].ip = ip6("fd00::2");
	info.addrs[0].prefix = 64;
	info.addrs[1].ip = ip6("::ffff:10.86.0.2");
	info.addrs[1].prefix = 96 + 24;
	info.addrs[2].ip = ip6("::ffff:10.87.0.2");
	info.addrs[2].prefix = 96 + 22;
	to = ip6("::ffff:10.87.3.9");
	assert_int_equal(addr_source(&info, &to), 2);
	to = ip6("::ffff:10.87.4.9"); /* just outside: the first of its kind */
	assert_int_equal(addr_source(&info, &to), 1);
	to = ip6("fd00::77");
	assert_int_equal(addr_source(&info, &to), 0);
	assert_int_equal(addr_own(&info, &info.addrs[2].ip), 2);
	assert_int_equal(addr_own(&info, &to), -1);
}

static void loopback_is_in_no_list_of_addresses(void **state)
{
	struct ix_info info = { .naddrs = 1, .loopback = 1 };
	struct ix_addr four = ip6("::ffff:127.0.0.1"), six = ip6("::1"), to;

	(void)state;
	info.addrs[0].ip = ip6("::ffff:10.86.0.2");
	info.addrs[0].prefix = 96 + 24;
	to = ip6("::ffff:127.1.2.3");
	assert_int_equal(addr_source(&info, &to), IX_LIP_LOOPBACK);
	assert_int_equal(addr_source(&info, &six), IX_LIP_LOOPBACK);
	assert_true(addr_equal(addr_local(&info, IX_LIP_LOOPBACK, &to), &four));
	assert_true(addr_equal(addr_local(&info, IX_LIP_LOOPBACK, &six), &six));
	assert_ptr_equal(addr_local(&info, 0, &to), &info.addrs[0].ip);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ipv4_becomes_mapped),
		cmocka_unit_test(short_addresses_are_refused),
		cmocka_unit_test(foreign_families_are_refused),
		cmocka_unit_test(each_call_has_its_own_rules),
		cmocka_unit_test(a_network_has_a_broadcast_address),
		cmocka_unit_test(an_inet6_socket_sees_mapped_peers),
		cmocka_unit_test(a_small_buffer_is_cut_off),
		cmocka_unit_test(wildcards_and_loopback),
		cmocka_unit_test(the_source_is_on_the_link_of_the_destination),
		cmocka_unit_test(loopback_is_in_no_list_of_addresses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
