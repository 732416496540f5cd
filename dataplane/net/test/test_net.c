// SPDX-License-Identifier: MIT
/*
 * test_net.c - an empty pool, and the end with work left over
 */
#include "net/test/ip_env.h"

static struct pkt p;
static uint8_t l4[2048], data[2000];
static struct rte_mbuf *all[4096];
static unsigned nall;

static void empty_pool(void)
{
	struct rte_mbuf *m;

	while ((m = rte_pktmbuf_alloc(tx_pool.mp)))
		all[nall++] = m;
}

static void fill_pool(void)
{
	rte_pktmbuf_free_bulk(all, nall);
	nall = 0;
}

static ix_handle_t port(void)
{
	struct ix_bsys b = { .lport = 7 };

	assert_int_equal(udp_call_bind(&n, &b), 0);
	return b.handle;
}

static int64_t send_udp(ix_handle_t h, uint32_t dst, uint64_t len)
{
	struct ix_sg sg = { (uint64_t)(uintptr_t)data, len };
	struct ix_bsys b = {
		.handle = h, .ip = addr_from_v4(dst), .rport = 9, .count = 1
	};

	return udp_call_sendv(&n, &b, &sg);
}

static void udp_in(uint16_t dport, uint16_t frag)
{
	uint32_t k = put_udp(l4, PEER, 1, US, dport, data, 8);

	pkt_ip(&p, our_mac, peer_mac,
	       (struct ipf){ .src = PEER,
			     .dst = US,
			     .proto = IPPROTO_UDP,
			     .frag = frag },
	       l4, k);
	rx(&p);
}

static void test_empty_pool(void **state)
{
	ix_handle_t h = port();

	(void)state;
	know_peer();
	empty_pool();
	assert_null(net_alloc(&n));
	assert_int_equal(n.stats.nobuf, 1);
	assert_int_equal(send_udp(h, PEER, 1), -ENOBUFS);
	udp_in(1, 0); /* no port unreachable */
	rx_hex("ffffffffffff 020000000001 0806 0001080006040001"
	       "020000000001 0a000001 000000000000 0a000002");
	expect_silence();
	fill_pool();
	/* enough for the datagram, not for its fragments */
	empty_pool();
	rte_pktmbuf_free_bulk(all + nall - 2, 2);
	nall -= 2;
	assert_int_equal(send_udp(h, PEER, 2000), -ENOBUFS);
	while (n.ntx)
		rte_pktmbuf_free(tx_pop());
	fill_pool();
	assert_int_equal(pool_in_use(tx_pool.mp), 0);
}

/* An echo goes back in the mbuf it came in. */
static void test_echo_needs_no_mbuf(void **state)
{
	uint32_t k = put_icmp(l4, 8, 0, 1, data, 8);

	(void)state;
	know_peer();
	empty_pool();
	pkt_ip(&p, our_mac, peer_mac,
	       (struct ipf){ .src = PEER, .dst = US, .proto = IPPROTO_ICMP },
	       l4, k);
	rx(&p);
	assert_int_equal(n.ntx, 1);
	rte_pktmbuf_free(tx_pop());
	fill_pool();
}

/* UDP's checksum of 0 is sent as all ones (RFC 768). */
static void test_zero_checksum_is_sent_as_ones(void **state)
{
	ix_handle_t h = port();
	unsigned hit = 0;

	(void)state;
	know_peer();
	for (uint32_t v = 0; v < 65536; v++) {
		put16(data, v);
		send_udp(h, PEER, 2);
		tx_take(&p);
		assert_true(p.b[40] || p.b[41]);
		put_udp(l4, US, 7, PEER, 9, data, 2);
		assert_memory_equal(p.b + 40, l4 + 6, 2);
		hit += p.b[40] == 0xff && p.b[41] == 0xff;
	}
	assert_true(hit > 0);
}

/* Everything that can hold an mbuf or a timer does. */
static void test_fini_gives_all_back(void **state)
{
	ix_handle_t h = port();
	struct ix_event ev[1];
	uint32_t more;

	(void)state;
	udp_in(7, 0);
	udp_in(7, 0);
	net_events(&n, ev, 1, &more);
	udp_in(7, 0x2000);
	send_udp(h, US, 100);
	send_udp(h, PEER, 100);
	arp_announce(&n);
	assert_true(n.ntx > 0 && n.loop_head && n.wheel.armed > 2);
	net_fini(&n);
	/* the teardown looks for what is left; fini twice is harmless */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ENV_TEST(test_empty_pool),
		ENV_TEST(test_echo_needs_no_mbuf),
		ENV_TEST(test_zero_checksum_is_sent_as_ones),
		ENV_TEST(test_fini_gives_all_back),
	};

	return cmocka_run_group_tests(tests, env_start, env_stop);
}
