// SPDX-License-Identifier: MIT
/*
 * test_icmp.c - echo, errors in, errors out
 */
#include "net/test/ip_env.h"

#include "net/ip/icmp.h"

static struct pkt p, q;
static uint8_t l4[66000], data[66000];

static void icmp_frame(uint32_t dst, uint8_t type, uint8_t code, uint32_t rest,
		       const void *payload, uint32_t len)
{
	uint32_t k = put_icmp(l4, type, code, rest, payload, len);

	pkt_ip(&p, our_mac, peer_mac,
	       (struct ipf){ .src = PEER,
			     .dst = dst,
			     .proto = IPPROTO_ICMP,
			     .tos = 8,
			     .ttl = 5 },
	       l4, k);
}

static void expect_reply(uint32_t rest, uint32_t len)
{
	uint32_t k = put_icmp(l4, ICMP_ECHO_REPLY, 0, rest, data, len);

	pkt_ip(&q, peer_mac, our_mac,
	       (struct ipf){ .src = US,
			     .dst = PEER,
			     .proto = IPPROTO_ICMP,
			     .tos = 8,
			     .id = sent_ident() },
	       l4, k);
	expect(&q);
}

static void test_echo(void **state)
{
	(void)state;
	know_peer();
	fill(data, 1472);
	for (uint32_t len = 0; len <= 1472; len += 92) {
		icmp_frame(US, ICMP_ECHO, 0, 0x12340000 + len, data, len);
		rx(&p);
		expect_reply(0x12340000 + len, len);
		expect_silence();
	}
	assert_int_equal(n.stats.icmp_echo, 17);
}

/* 20,000 bytes arrive and leave in fragments. */
static void test_echo_in_fragments(void **state)
{
	uint32_t k, off, sent = 0;
	struct ipf f = {
		.src = PEER, .dst = US, .proto = IPPROTO_ICMP, .id = 5
	};

	(void)state;
	know_peer();
	fill(data, 20000);
	k = put_icmp(l4, ICMP_ECHO, 0, 7, data, 20000);
	for (off = 0; off < k; off += 1480) {
		uint32_t len = RTE_MIN(1480u, k - off);

		f.frag = (uint16_t)(off / 8 | (off + len < k ? 0x2000u : 0u));
		pkt_ip(&p, our_mac, peer_mac, f, l4 + off, len);
		rx(&p);
	}
	put_icmp(l4, ICMP_ECHO_REPLY, 0, 7, data, 20000);
	while (n.ntx) {
		tx_take(&q);
		assert_memory_equal(q.b + 34, l4 + sent, q.len - 34);
		sent += q.len - 34;
	}
	assert_int_equal(sent, k);
}

static void test_echo_to_ourselves(void **state)
{
	struct ip_path path = { .dst = addr_from_v4(US) };
	struct rte_mbuf *m = net_alloc(&n);
	uint32_t k = put_icmp(l4, ICMP_ECHO, 0, 1, "abc", 3);

	(void)state;
	memcpy(rte_pktmbuf_append(m, (uint16_t)k), l4, k);
	ip_output(&n, m, &path, IPPROTO_ICMP, 0);
	assert_int_equal(net_input_loop(&n), 1);
	assert_int_equal(n.stats.icmp_echo, 1);
	assert_int_equal(net_input_loop(&n), 1);
	assert_int_equal(n.stats.icmp_drop_type, 1); /* the reply */
}

static void test_echo_to_broadcast_is_ignored(void **state)
{
	(void)state;
	icmp_frame(IP(10, 0, 0, 255), ICMP_ECHO, 0, 1, data, 8);
	memset(p.b, 0xff, 6);
	rx(&p);
	assert_int_equal(n.stats.icmp_drop_bcast, 1);
}

static void test_bad_checksum(void **state)
{
	(void)state;
	icmp_frame(US, ICMP_ECHO, 0, 1, data, 8);
	p.b[40] ^= 1;
	rx(&p);
	assert_int_equal(n.stats.icmp_drop_cksum, 1);
}

static void test_other_types_are_ignored(void **state)
{
	static const uint8_t types[] = { 0, 4, 5, 9, 13, 17, 40 };

	(void)state;
	for (unsigned i = 0; i < sizeof(types); i++) {
		icmp_frame(US, types[i], 0, 1, data, 32);
		rx(&p);
	}
	assert_int_equal(n.stats.icmp_drop_type, sizeof(types));
}

/*
 * Errors that peers report
 */

/* An error about a packet from us to 10.0.0.77 with these 8 bytes of L4. */
static void error_frame(uint8_t type, uint8_t code, uint16_t mtu, struct ipf f,
			const uint8_t *eight, uint32_t len)
{
	static struct pkt inner;

	pkt_ip(&inner, peer_mac, our_mac, f, eight, 8);
	put16(inner.b + 16, 1500); /* the packet was longer */
	put16(inner.b + 24, 0);
	put16(inner.b + 24, 0xffff ^ sum16(inner.b + 14, 20, 0));
	icmp_frame(US, type, code, mtu, inner.b + 14, len);
	rx(&p);
}

static const uint8_t eight[8] = { 1, 2, 3, 4, 5, 6, 7, 8 };
static const struct ipf ours = { .src = US,
				 .dst = IP(10, 0, 0, 77),
				 .proto = IPPROTO_TCP };

static void test_errors_reach_tcp(void **state)
{
	static const struct {
		uint8_t type, code;
		int err, hard;
		uint16_t mtu_in, mtu;
	} t[] = {
		{ 3, 0, ENETUNREACH, 1, 0, 0 },
		{ 3, 1, EHOSTUNREACH, 1, 0, 0 },
		{ 3, 2, ENOPROTOOPT, 1, 0, 0 },
		{ 3, 3, ECONNREFUSED, 1, 0, 0 },
		{ 3, 4, EMSGSIZE, 0, 1400, 1400 },
		{ 3, 4, EMSGSIZE, 0, 0, 1492 },	   /* RFC 1191 plateau */
		{ 3, 4, EMSGSIZE, 0, 9000, 1500 }, /* no growth */
		{ 3, 4, EMSGSIZE, 0, 20, 68 },	   /* no nonsense */
		{ 3, 7, EHOSTDOWN, 1, 0, 0 },
		{ 3, 13, EHOSTUNREACH, 1, 0, 0 },
		{ 11, 0, EHOSTUNREACH, 1, 0, 0 },
		{ 12, 0, EPROTO, 1, 0, 0 },
	};

	(void)state;
	for (unsigned i = 0; i < RTE_DIM(t); i++) {
		error_frame(t[i].type, t[i].code, t[i].mtu_in, ours, eight, 28);
		assert_int_equal(fake_tcp.errors, i + 1);
		assert_int_equal(fake_tcp.error.err, t[i].err);
		assert_int_equal(fake_tcp.error.hard, t[i].hard);
		assert_int_equal(fake_tcp.error.mtu, t[i].mtu);
		assert_memory_equal(fake_tcp.l4, eight, 8);
		assert_true(addr_v4(&fake_tcp.error.src) == US);
		assert_true(addr_v4(&fake_tcp.error.dst) == ours.dst);
	}
}

static void test_errors_that_quote_nothing_of_ours(void **state)
{
	struct ipf f = ours;

	(void)state;
	f.src = IP(10, 0, 0, 9);
	error_frame(3, 3, 0, f, eight, 28);
	error_frame(3, 3, 0, ours, eight, 27); /* cut short */
	error_frame(3, 16, 0, ours, eight, 28);
	assert_int_equal(n.stats.icmp_drop_quote, 3);
	f = ours;
	f.frag = 100; /* its L4 header is elsewhere */
	error_frame(3, 3, 0, f, eight, 28);
	f.frag = 0;
	f.proto = IPPROTO_ICMP;
	error_frame(3, 3, 0, f, eight, 28);
	assert_int_equal(fake_tcp.errors, 0);
}

static void test_error_with_long_inner_header(void **state)
{
	static struct pkt inner;

	(void)state;
	pkt_ip(&inner, peer_mac, our_mac, ours, eight, 8);
	inner.b[14] = 0x4f; /* 60 bytes, of which 28 are here */
	icmp_frame(US, 3, 3, 0, inner.b + 14, 28);
	rx(&p);
	assert_int_equal(fake_tcp.errors, 0);
}

static void test_error_reaches_udp(void **state)
{
	struct ix_bsys b = { .lport = 0x0102, .cookie = 42 };
	struct ipf f = ours;
	struct ix_event ev[4];
	uint32_t more;

	(void)state;
	f.proto = IPPROTO_UDP;
	assert_int_equal(udp_call_bind(&n, &b), 0);
	error_frame(3, 3, 0, f, eight, 28);
	error_frame(3, 1, 0, f, eight, 28); /* Linux reports no soft one */
	assert_int_equal(net_events(&n, ev, 4, &more), 1);
	assert_int_equal(ev[0].type, IX_EV_UDP_SENT);
	assert_int_equal(ev[0].err, ECONNREFUSED);
	assert_int_equal(ev[0].cookie, 42);
	assert_true(ev[0].handle == b.handle);
	assert_int_equal(ev[0].rport, 0x0304);
	assert_true(addr_v4(&ev[0].ip) == ours.dst);
	assert_int_equal(net_events(&n, ev, 4, &more), 0);
	assert_int_equal(n.stats.udp_errors_lost, 1);
}

/*
 * Errors that we report
 */
static void udp_frame(uint32_t dst, uint32_t len)
{
	uint32_t k = put_udp(l4, PEER, 9, dst, 10, data, len);

	pkt_ip(&p, our_mac, peer_mac,
	       (struct ipf){ .src = PEER, .dst = dst, .proto = IPPROTO_UDP },
	       l4, k);
}

static void test_port_unreachable(void **state)
{
	uint32_t k;

	(void)state;
	know_peer();
	fill(data, 1000);
	udp_frame(US, 1000);
	rx(&p);
	k = put_icmp(l4, 3, 3, 0, p.b + 14, 548);
	pkt_ip(&q, peer_mac, our_mac,
	       (struct ipf){ .src = US,
			     .dst = PEER,
			     .proto = IPPROTO_ICMP,
			     .id = sent_ident() },
	       l4, k);
	expect(&q);
	assert_int_equal(n.stats.udp_drop_port, 1);
}

static void test_errors_are_limited(void **state)
{
	unsigned sent;

	(void)state;
	know_peer();
	n.now += SEC;
	udp_frame(US, 1);
	for (unsigned i = 0; i < 200; i++)
		rx(&p);
	assert_int_equal(n.ntx, 50);
	assert_int_equal(n.stats.icmp_error_limited, 150);
	while (n.ntx)
		rte_pktmbuf_free(tx_pop());
	n.now += 10 * MS;
	for (unsigned i = 0; i < 200; i++)
		rx(&p);
	sent = n.ntx;
	assert_int_equal(sent, 10);
	while (n.ntx)
		rte_pktmbuf_free(tx_pop());
	/* halves of a millisecond add up */
	for (unsigned i = 0; i < 4; i++) {
		n.now += MS / 2;
		rx(&p);
		assert_int_equal(n.ntx, i % 2);
		if (n.ntx)
			rte_pktmbuf_free(tx_pop());
	}
}

static void test_no_errors_about(void **state)
{
	struct ipf f = { .src = PEER, .dst = US, .proto = 132, .frag = 0 };

	(void)state;
	know_peer();
	/* a broadcast */
	udp_frame(IP(10, 0, 0, 255), 1);
	rx(&p);
	expect_silence();
	f.dst = IP(10, 0, 0, 255);
	pkt_ip(&p, our_mac, peer_mac, f, data, 8);
	rx(&p);
	assert_int_equal(n.stats.icmp_error_silent, 1);
	/* an ICMP error, had it come to that */
	icmp_frame(US, 3, 3, 0, data, 28);
	struct rte_mbuf *m = mbuf_of(&p);
	rte_pktmbuf_adj(m, 14);
	icmp_error(&n, m, ICMP_UNREACHABLE, ICMP_UNREACH_PROTO);
	rte_pktmbuf_free(m);
	assert_int_equal(n.stats.icmp_error_silent, 2);
	expect_silence();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ENV_TEST(test_echo),
		ENV_TEST(test_echo_in_fragments),
		ENV_TEST(test_echo_to_ourselves),
		ENV_TEST(test_echo_to_broadcast_is_ignored),
		ENV_TEST(test_bad_checksum),
		ENV_TEST(test_other_types_are_ignored),
		ENV_TEST(test_errors_reach_tcp),
		ENV_TEST(test_errors_that_quote_nothing_of_ours),
		ENV_TEST(test_error_with_long_inner_header),
		ENV_TEST(test_error_reaches_udp),
		ENV_TEST(test_port_unreachable),
		ENV_TEST(test_errors_are_limited),
		ENV_TEST(test_no_errors_about),
	};

	return cmocka_run_group_tests(tests, env_start, env_stop);
}
