// SPDX-License-Identifier: MIT
/*
 * test_route.c - next hop, device, source, and who serves an address
 */
#include "net/test/ip_env.h"

static struct ip_path path(uint32_t src, uint32_t dst)
{
	return (struct ip_path){ .src = addr_from_v4(src),
				 .dst = addr_from_v4(dst) };
}

static int route(uint32_t src, uint32_t dst, struct ip_path *out)
{
	*out = path(src, dst);
	return ip_route(&n, out);
}

static int class(uint32_t be)
{
	struct ix_addr a = addr_from_v4(be);

	return ip_route_class(&sh, &a);
}

static void two_links(void)
{
	sh.ndevs = 2;
	sh.dev[1].mtu = 9000;
	set_addr(1, IP(10, 0, 0, 130), 25, 1);
	set_addr(2, IP(192, 168, 1, 2), 16, 1);
	sh.info.has_gateway = 1;
	sh.gateway = addr_from_v4(IP(192, 168, 0, 1));
	sh.gateway_dev = 1;
}

static void test_on_link(void **state)
{
	struct ip_path p;

	(void)state;
	assert_int_equal(route(0, PEER, &p), 0);
	assert_true(addr_v4(ip_next_hop(&sh, &p)) == PEER);
	assert_int_equal(p.dev, 0);
	assert_true(addr_v4(&p.src) == US);
	assert_int_equal(p.loop, 0);
	assert_int_equal(route(US, PEER, &p), 0);
	assert_int_equal(route(0, IP(10, 0, 1, 1), &p), -ENETUNREACH);
}

static void test_any_of_all_zero_bytes(void **state)
{
	struct ip_path p = { .dst = addr_from_v4(PEER) };

	(void)state;
	assert_int_equal(ip_route(&n, &p), 0);
	assert_true(addr_v4(&p.src) == US);
}

static void test_source_must_be_ours(void **state)
{
	struct ip_path p;

	(void)state;
	assert_int_equal(route(IP(10, 0, 0, 3), PEER, &p), -EINVAL);
	assert_int_equal(route(IP(127, 0, 0, 1), PEER, &p), -EINVAL);
}

static void test_longest_prefix(void **state)
{
	struct ip_path p;

	(void)state;
	two_links();
	set_addr(3, IP(10, 0, 7, 4), 16, 0);
	assert_int_equal(route(0, IP(10, 0, 0, 200), &p), 0);
	assert_int_equal(p.dev, 1);
	assert_true(addr_v4(&p.src) == IP(10, 0, 0, 130));
	assert_int_equal(route(0, IP(10, 0, 0, 100), &p), 0);
	assert_int_equal(p.dev, 0);
	assert_int_equal(ip_mtu(&n, &p), 1500);
	p.mtu = 600;
	assert_int_equal(ip_mtu(&n, &p), 600);
}

static void test_gateway(void **state)
{
	struct ip_path p;

	(void)state;
	two_links();
	assert_int_equal(route(0, IP(8, 8, 8, 8), &p), 0);
	assert_true(addr_v4(ip_next_hop(&sh, &p)) == IP(192, 168, 0, 1));
	assert_int_equal(p.dev, 1);
	assert_true(addr_v4(&p.src) == IP(192, 168, 1, 2));
	/* never routed */
	assert_int_equal(route(0, IP(169, 254, 0, 9), &p), -ENETUNREACH);
	assert_int_equal(route(0, IP(127, 0, 0, 1), &p), -ENETUNREACH);
	assert_int_equal(route(0, IP(0, 0, 0, 0), &p), -ENETUNREACH);
	assert_int_equal(route(0, IP(250, 0, 0, 1), &p), -ENETUNREACH);
}

static void test_ourselves(void **state)
{
	struct ip_path p;

	(void)state;
	assert_int_equal(route(0, US, &p), 0);
	assert_int_equal(p.loop, 1);
	assert_true(addr_v4(&p.src) == US);
	sh.info.loopback = 1;
	assert_int_equal(route(0, IP(127, 3, 0, 1), &p), 0);
	assert_int_equal(p.loop, 1);
	assert_true(addr_v4(&p.src) == IP(127, 0, 0, 1));
}

static void test_broadcast_and_multicast(void **state)
{
	struct ip_path p;

	(void)state;
	assert_int_equal(route(0, IP(10, 0, 0, 255), &p), 0);
	assert_true(addr_v4(&p.src) == US);
	assert_int_equal(route(0, UINT32_MAX, &p), 0);
	assert_true(addr_v4(&p.src) == US);
	two_links();
	assert_int_equal(route(IP(10, 0, 0, 130), IP(224, 0, 0, 251), &p), 0);
	assert_int_equal(p.dev, 1);
}

static void test_ipv6_is_not_on_the_wire(void **state)
{
	struct ip_path p = { .dst = { .b = { 0x20, 1, [15] = 1 } } };

	(void)state;
	assert_int_equal(ip_route(&n, &p), -ENETUNREACH);
	assert_int_equal(ip_route_class(&sh, &p.dst), 0);
}

static void test_class(void **state)
{
	struct ix_addr one = { .b = { [15] = 1 } };

	(void)state;
	assert_int_equal(class(US), 1);
	assert_int_equal(class(PEER), 2);
	assert_int_equal(class(IP(10, 0, 0, 255)), 2);
	assert_int_equal(class(IP(8, 8, 8, 8)), 0);
	assert_int_equal(class(IP(127, 0, 0, 1)), 0);
	assert_int_equal(ip_route_class(&sh, &one), 0);
	two_links();
	sh.info.loopback = 1;
	assert_int_equal(class(IP(8, 8, 8, 8)), 2);
	assert_int_equal(class(IP(127, 9, 9, 9)), 1);
	assert_int_equal(ip_route_class(&sh, &one), 1);
	assert_int_equal(class(0), 0);
	assert_int_equal(class(IP(224, 0, 0, 1)), 0);
	assert_int_equal(class(UINT32_MAX), 0);
	assert_int_equal(class(IP(169, 254, 1, 1)), 0);
}

static void test_unicast(void **state)
{
	static const struct {
		uint32_t ip;
		int unicast;
	} t[] = { { US, 1 },
		  { PEER, 1 },
		  { IP(10, 0, 0, 255), 0 },
		  { IP(8, 8, 8, 255), 1 },
		  { UINT32_MAX, 0 },
		  { IP(224, 0, 0, 1), 0 },
		  { IP(239, 255, 0, 1), 0 },
		  { 0, 0 },
		  { IP(10, 0, 0, 0), 1 } };

	(void)state;
	for (unsigned i = 0; i < RTE_DIM(t); i++) {
		struct ix_addr a = addr_from_v4(t[i].ip);

		assert_int_equal(ip_is_unicast(&sh, &a), t[i].unicast);
	}
	/* RFC 3021: a /31 has no broadcast address */
	set_addr(0, IP(10, 0, 0, 2), 31, 0);
	struct ix_addr a = addr_from_v4(IP(10, 0, 0, 3));
	assert_int_equal(ip_is_unicast(&sh, &a), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ENV_TEST(test_on_link),
		ENV_TEST(test_any_of_all_zero_bytes),
		ENV_TEST(test_source_must_be_ours),
		ENV_TEST(test_longest_prefix),
		ENV_TEST(test_gateway),
		ENV_TEST(test_ourselves),
		ENV_TEST(test_broadcast_and_multicast),
		ENV_TEST(test_ipv6_is_not_on_the_wire),
		ENV_TEST(test_class),
		ENV_TEST(test_unicast),
	};

	return cmocka_run_group_tests(tests, env_start, env_stop);
}
