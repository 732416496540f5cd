// SPDX-License-Identifier: MIT
/*
 * test_arp.c - neighbours: learning, answering, waiting, ageing
 */
#include "net/test/ip_env.h"

#include "net/neigh/neigh_table.h"
#include "net/neigh/neigh_wait.h"

/* Ethernet and ARP headers up to the operation. */
#define TO_US "020000000002 020000000001 0806 0001080006040"
#define TO_ALL "ffffffffffff 020000000001 0806 0001080006040"
#define OUT_ALL "ffffffffffff 020000000002 0806 0001080006040"
#define OUT_PEER "020000000001 020000000002 0806 0001080006040"

#define PEER_ASKS TO_ALL "001 020000000001 0a000001 000000000000 0a000002"
#define WE_ANSWER OUT_PEER "002 020000000002 0a000002 020000000001 0a000001"
#define WE_ASK OUT_ALL "001 020000000002 0a000002 000000000000 0a000001"
#define WE_PROBE OUT_PEER "001 020000000002 0a000002 000000000000 0a000001"
#define PEER_ANSWERS TO_US "002 020000000001 0a000001 020000000002 0a000002"

static struct ip_path to_peer;

static const struct neigh_entry *find(uint32_t be)
{
	struct ix_addr ip = addr_from_v4(be);

	return neigh_find(&sh, 0, &ip);
}

static int awaits(uint32_t be)
{
	struct ix_addr ip = addr_from_v4(be);

	return neigh_awaits(&n, 0, &ip);
}

static void learn(uint32_t be, const struct rte_ether_addr *mac,
		  uint64_t confirmed, int wanted)
{
	struct ix_addr ip = addr_from_v4(be);

	neigh_learn(&n, 0, &ip, mac, confirmed, wanted);
}

static int send_udp(uint32_t dst, uint8_t tag)
{
	struct rte_mbuf *m = net_alloc(&n);
	uint8_t *d = (void *)rte_pktmbuf_append(m, 9);

	put16(d, 1000);
	put16(d + 2, 2000);
	put16(d + 4, 9);
	put16(d + 6, 0);
	d[8] = tag;
	to_peer = (struct ip_path){ .src = addr_from_v4(US),
				    .dst = addr_from_v4(dst) };
	return ip_output(&n, m, &to_peer, IPPROTO_UDP, 1);
}

static void expect_udp(uint32_t dst, uint8_t tag)
{
	static struct pkt p, got;
	uint8_t l4[16];

	tx_take(&got);
	put_udp(l4, US, 1000, dst, 2000, &tag, 1);
	pkt_ip(&p, peer_mac, our_mac,
	       (struct ipf){ .src = US,
			     .dst = dst,
			     .proto = IPPROTO_UDP,
			     .frag = 0x4000 },
	       l4, 9);
	assert_int_equal(got.len, p.len);
	assert_memory_equal(got.b, p.b, p.len);
}

/* one confirmed neighbour */
static void learn_peer(void)
{
	send_udp(PEER, 1);
	expect_hex(WE_ASK);
	rx_hex(PEER_ANSWERS);
	expect_udp(PEER, 1);
	expect_silence();
	assert_int_equal(n.wheel.armed, 0);
}

static void test_request_is_answered_and_learnt(void **state)
{
	(void)state;
	rx_hex(PEER_ASKS);
	expect_hex(WE_ANSWER);
	expect_silence();
	assert_int_equal(n.stats.arp_learned, 1);
	send_udp(PEER, 7);
	expect_udp(PEER, 7);
}

static void test_probe_is_answered_not_learnt(void **state)
{
	(void)state;
	rx_hex(TO_ALL "001 020000000001 00000000 000000000000 0a000002");
	expect_hex(OUT_PEER "002 020000000002 0a000002 020000000001 00000000");
	assert_int_equal(n.stats.arp_learned, 0);
}

static void test_request_for_another_is_ignored(void **state)
{
	(void)state;
	rx_hex(TO_ALL "001 020000000001 0a000001 000000000000 0a000003");
	expect_silence();
	assert_int_equal(n.stats.arp_ignored, 1);
	assert_int_equal(n.stats.arp_learned, 0);
}

static void test_unasked_reply_is_ignored(void **state)
{
	(void)state;
	rx_hex(PEER_ANSWERS);
	assert_int_equal(n.stats.arp_ignored, 1);
	assert_null(find(PEER));
}

static void test_packets_wait_and_go_in_order(void **state)
{
	(void)state;
	for (uint8_t i = 0; i < 3; i++)
		assert_int_equal(send_udp(PEER, i), 0);
	expect_hex(WE_ASK);
	expect_silence();
	rx_hex(PEER_ANSWERS);
	for (uint8_t i = 0; i < 3; i++)
		expect_udp(PEER, i);
}

static void test_queue_drops_the_oldest(void **state)
{
	(void)state;
	for (uint8_t i = 0; i < NEIGH_WAIT_MAX + 2; i++)
		send_udp(PEER, i);
	expect_hex(WE_ASK);
	assert_int_equal(n.stats.arp_drop_queue, 2);
	rx_hex(PEER_ANSWERS);
	for (uint8_t i = 2; i < NEIGH_WAIT_MAX + 2; i++)
		expect_udp(PEER, i);
}

static void free_tx(void)
{
	while (n.ntx)
		rte_pktmbuf_free(tx_pop());
}

/* The oldest yields: a new one is always asked for. */
static void test_too_many_unresolved(void **state)
{
	(void)state;
	for (unsigned i = 0; i < NEIGH_WAITS + 1; i++) {
		send_udp(rte_cpu_to_be_32(0x0a000064 + i), 0);
		pass(MS);
	}
	assert_int_equal(n.stats.arp_drop_waits, 1);
	assert_int_equal(n.stats.arp_wait_evicted, 1);
	assert_int_equal(n.ntx, NEIGH_WAITS + 1);
	assert_false(awaits(RTE_BE32(0x0a000064)));
	free_tx();
	pass(4 * SEC);
	assert_int_equal(n.stats.arp_failed, NEIGH_WAITS);
	free_tx();
}

/* A ping by a source that may not be there. */
static void ping_from(uint32_t src)
{
	static struct pkt p;
	uint8_t icmp[8] = { 8, 0, 0xf7, 0xff };

	pkt_ip(&p, our_mac, peer_mac,
	       (struct ipf){ .src = src, .dst = US, .proto = IPPROTO_ICMP },
	       icmp, sizeof(icmp));
	rx(&p);
}

/* Strangers that name neighbours who are not there keep us from nobody. */
static void test_answers_take_no_place(void **state)
{
	(void)state;
	send_udp(PEER, 1); /* ours; answered late */
	expect_hex(WE_ASK);
	for (unsigned i = 0; i < 200; i++)
		ping_from(rte_cpu_to_be_32(0x0a000014 + i));
	assert_int_equal(n.stats.icmp_echo, 200);
	assert_int_equal(n.neigh->used, NEIGH_ANSWERS + 1);
	free_tx();
	rx_hex(PEER_ANSWERS);
	expect_udp(PEER, 1);
	send_udp(IP(10, 0, 0, 9), 2); /* and a new one of ours */
	assert_true(awaits(IP(10, 0, 0, 9)));
	for (unsigned i = 0; i < 200; i++)
		ping_from(rte_cpu_to_be_32(0x0a000014 + i));
	assert_true(awaits(IP(10, 0, 0, 9)));
	free_tx();
	/* who pings last gets an answer, if there */
	ping_from(IP(10, 0, 0, 240));
	free_tx();
	rx_hex(TO_US "002 0200000000f0 0a0000f0 020000000002 0a000002");
	assert_int_equal(n.ntx, 1);
	free_tx();
	pass(10 * SEC);
	free_tx();
	assert_int_equal(n.neigh->answers, 0);
	assert_int_equal(n.neigh->used, 0);
}

/* They do not make us ask everybody on the link without a limit either. */
static void test_answers_have_a_rate(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 2000; i++) {
		ping_from(rte_cpu_to_be_32(0x0a000014 + i % 200));
		free_tx();
	}
	assert_int_equal(n.stats.arp_tx, 128);
	assert_true(n.stats.arp_limited > 1000);
	/* we want the last one ourselves now, and ask at once */
	send_udp(rte_cpu_to_be_32(0x0a000014 + 199), 1);
	assert_int_equal(n.stats.arp_tx, 129);
	free_tx();
	pass(SEC / 2);
	free_tx();
	ping_from(IP(10, 0, 0, 250));
	assert_int_equal(n.stats.arp_tx, 130);
	free_tx();
	pass(10 * SEC);
	free_tx();
}

/* What we send ourselves to a neighbour that was only answered. */
static void test_answer_becomes_ours(void **state)
{
	(void)state;
	ping_from(IP(10, 0, 0, 7));
	send_udp(IP(10, 0, 0, 7), 1);
	assert_int_equal(n.neigh->used, 1);
	assert_int_equal(n.neigh->answers, 0);
	free_tx();
	rx_hex(TO_US "002 020000000007 0a000007 020000000002 0a000002");
	assert_int_equal(n.ntx, 2);
	free_tx();
}

static void ask_from(uint32_t ip)
{
	char hex[128];

	snprintf(hex, sizeof(hex),
		 TO_ALL "001 020000000001 %08x 000000000000 0a000002",
		 rte_be_to_cpu_32(ip));
	rx_hex(hex);
	free_tx();
	rte_rcu_qsbr_quiescent(qsbr, 0);
}

/* Those that ask take no place of those that are talked to. */
static void test_requests_displace_nobody_used(void **state)
{
	const struct neigh_entry *e;

	(void)state;
	learn_peer();
	sh.info.addrs[0].prefix = 96 + 8;
	for (uint32_t i = 0; i < 20000; i++)
		ask_from(rte_cpu_to_be_32(0x0a010000 + i));
	assert_true(n.stats.arp_evicted > 0);
	e = find(PEER);
	assert_non_null(e);
	assert_true(e->used > 0);
	pass(25 * SEC); /* used again, not confirmed again */
	send_udp(PEER, 3);
	expect_udp(PEER, 3);
	pass(40 * SEC);
	for (uint32_t i = 0; i < 20000; i++)
		ask_from(rte_cpu_to_be_32(0x0a020000 + i));
	assert_non_null(find(PEER));
	sh.info.addrs[0].prefix = 96 + 24;
}

/* Where all are used one that asks waits until one was not for long. */
static void test_unused_neighbours_go(void **state)
{
	struct rte_ether_addr mac = { { 2, 0, 0, 0, 0, 1 } };

	(void)state;
	for (uint32_t i = 0; i < 20000; i++) {
		learn(rte_cpu_to_be_32(0x0b000000 + i), &mac, i, 1);
		rte_rcu_qsbr_quiescent(qsbr, 0);
	}
	ask_from(PEER);
	assert_int_equal(n.stats.arp_full, 1);
	assert_null(find(PEER));
	pass(61 * SEC);
	ask_from(PEER);
	assert_non_null(find(PEER));
}

/* Which addresses share a bucket depends on the key. */
static void test_buckets_are_secret(void **state)
{
	struct rte_ether_addr mac = { { 2, 0, 0, 0, 0, 1 } };
	unsigned found = 0;

	(void)state;
	for (uint32_t i = 0; i < 256; i++)
		learn(rte_cpu_to_be_32(0x0b000000 + i), &mac, i, 1);
	sh.isn_key[3] ^= 1;
	for (uint32_t i = 0; i < 256; i++)
		found += find(rte_cpu_to_be_32(0x0b000000 + i)) != NULL;
	sh.isn_key[3] ^= 1;
	assert_true(found < 16);
}

static void test_three_tries_then_unreachable(void **state)
{
	uint8_t tcp[20] = { 0x04, 0x00, 0x00, 0x50, 9, 9, 9, 9 };
	struct rte_mbuf *m = net_alloc(&n);
	struct ip_path p = { .dst = addr_from_v4(PEER) };

	(void)state;
	memcpy(rte_pktmbuf_append(m, 20), tcp, 20);
	assert_int_equal(ip_output(&n, m, &p, IPPROTO_TCP, 1), 0);
	for (unsigned i = 0; i < 3; i++) {
		expect_hex(WE_ASK);
		expect_silence();
		pass(SEC - 2 * MS);
		expect_silence();
		assert_int_equal(fake_tcp.errors, 0);
		pass(4 * MS);
	}
	expect_silence();
	assert_int_equal(fake_tcp.errors, 1);
	assert_int_equal(fake_tcp.error.err, EHOSTUNREACH);
	assert_int_equal(fake_tcp.error.proto, IPPROTO_TCP);
	assert_memory_equal(fake_tcp.l4, tcp, 8);
	assert_true(addr_v4(&fake_tcp.error.dst) == PEER);
	assert_true(addr_v4(&fake_tcp.error.src) == US);
	pass(10 * SEC);
	expect_silence();
}

static void test_stale_neighbour_is_probed_by_unicast(void **state)
{
	(void)state;
	learn_peer();
	pass(29 * SEC);
	send_udp(PEER, 2);
	expect_udp(PEER, 2);
	expect_silence();
	pass(2 * SEC);
	send_udp(PEER, 3);
	expect_hex(WE_PROBE);
	expect_udp(PEER, 3);
	send_udp(PEER, 4); /* one probe a second */
	expect_udp(PEER, 4);
	rx_hex(PEER_ANSWERS);
	send_udp(PEER, 5);
	expect_udp(PEER, 5);
	expect_silence();
}

static void test_dead_neighbour_is_asked_for_again(void **state)
{
	(void)state;
	learn_peer();
	pass(31 * SEC);
	for (uint8_t i = 0; i < 3; i++) {
		send_udp(PEER, i);
		expect_hex(WE_PROBE);
		expect_udp(PEER, i);
		pass(SEC + MS);
	}
	send_udp(PEER, 9);
	expect_hex(WE_ASK);
	expect_silence();
	rx_hex(PEER_ANSWERS);
	expect_udp(PEER, 9);
}

static void test_new_mac_reaches_cached_paths(void **state)
{
	struct ip_path p = { .dst = addr_from_v4(PEER) };
	static struct pkt got;
	struct rte_mbuf *m;
	uint32_t gen;

	(void)state;
	learn_peer();
	send_udp(PEER, 2);
	expect_udp(PEER, 2);
	p = to_peer;
	assert_true(p.resolved);
	gen = sh.route_gen;
	rx_hex("ffffffffffff 020000000009 0806 0001080006040001"
	       "020000000009 0a000001 000000000000 0a000001");
	expect_silence();
	assert_true(sh.route_gen != gen);
	m = net_alloc(&n);
	memset(rte_pktmbuf_append(m, 9), 0, 9);
	ip_output(&n, m, &p, IPPROTO_UDP, 1);
	tx_take(&got);
	assert_int_equal(got.b[5], 9);
}

static void test_permanent_is_not_overwritten(void **state)
{
	(void)state;
	know_peer();
	rx_hex("ffffffffffff 020000000009 0806 0001080006040001"
	       "020000000009 0a000001 000000000000 0a000001");
	pass(100 * SEC);
	send_udp(PEER, 5);
	expect_udp(PEER, 5);
	expect_silence();
}

static void test_conflict_is_defended_once(void **state)
{
	static const char *claim =
		"ffffffffffff 020000000009 0806"
		"0001080006040001 020000000009 0a000002 000000000000 0a000002";

	(void)state;
	rx_hex(claim);
	expect_hex(OUT_ALL "001 020000000002 0a000002 000000000000 0a000002");
	rx_hex(claim);
	expect_silence();
	assert_int_equal(n.stats.arp_conflict, 2);
}

static void test_announces_twice(void **state)
{
	(void)state;
	arp_announce(&n);
	expect_hex(OUT_ALL "001 020000000002 0a000002 000000000000 0a000002");
	pass(2 * SEC - 2 * MS);
	expect_silence();
	pass(4 * MS);
	expect_hex(OUT_ALL "001 020000000002 0a000002 000000000000 0a000002");
	pass(20 * SEC);
	expect_silence();
}

static void test_malformed(void **state)
{
	(void)state;
	rx_hex("020000000002 020000000001 0806 000108000604");
	assert_int_equal(n.stats.arp_drop_short, 1);
	rx_hex("020000000002 020000000001 0806 0001080006060001"
	       "020000000001 0a000001 000000000000 0a000002");
	assert_int_equal(n.stats.arp_drop_format, 1);
	rx_hex(TO_US "009 020000000001 0a000001 000000000000 0a000002");
	assert_int_equal(n.stats.arp_drop_format, 2);
	/* a multicast MAC, a broadcast address */
	rx_hex(TO_US "001 030000000001 0a000001 000000000000 0a000002");
	rx_hex(TO_US "001 020000000001 0a0000ff 000000000000 0a000002");
	assert_int_equal(n.stats.arp_drop_sender, 2);
	expect_silence();
}

/* Another elastic thread learnt it: our queue gets no answer. */
static void test_learnt_elsewhere(void **state)
{
	struct rte_ether_addr mac;

	(void)state;
	sh.info.nethreads = 2;
	memcpy(&mac, peer_mac, 6);
	send_udp(PEER, 1);
	expect_hex(WE_ASK);
	pass(5 * MS);
	expect_silence();
	learn(PEER, &mac, n.now, 1);
	pass(8 * MS);
	expect_udp(PEER, 1);
	/* awake, it sees it at once */
	send_udp(IP(10, 0, 0, 5), 1);
	rte_pktmbuf_free(tx_pop());
	learn(IP(10, 0, 0, 5), &mac, n.now, 1);
	net_input_loop(&n);
	expect_udp(IP(10, 0, 0, 5), 1);
}

static void test_table_is_bounded(void **state)
{
	struct rte_ether_addr mac;
	struct neigh_view *list = calloc(4096, sizeof(*list));

	(void)state;
	memcpy(&mac, peer_mac, 6);
	know_peer();
	for (uint32_t i = 0; i < 20000; i++) {
		learn(rte_cpu_to_be_32(0x0b000000 + i), &mac, i, 1);
		rte_rcu_qsbr_quiescent(qsbr, 0);
	}
	assert_int_equal(neigh_list(&sh, list, 4096),
			 NEIGH_BUCKETS * NEIGH_WAYS);
	assert_true(n.stats.arp_evicted > 0);
	assert_int_equal(n.stats.arp_full, 0);
	assert_non_null(find(PEER)); /* permanent */
	assert_non_null(find(RTE_BE32(0x0b000000 + 19999)));
	free(list);
}

/* What a reader holds is not reused before it is quiescent. */
static void test_readers_are_waited_for(void **state)
{
	struct rte_ether_addr mac = { { 2, 0, 0, 0, 0, 1 } };
	const struct neigh_entry *held;

	(void)state;
	learn(PEER, &mac, 1, 1);
	held = find(PEER);
	for (uint32_t i = 0; i < 2 * NEIGH_ENTRIES; i++) {
		mac.addr_bytes[4] = (uint8_t)(i + 1);
		mac.addr_bytes[3] = (uint8_t)(i >> 8);
		learn(PEER, &mac, i, 1);
	}
	assert_true(n.stats.arp_full > 0);
	assert_int_equal(held->mac.addr_bytes[5], 1);
	assert_int_equal(held->mac.addr_bytes[4], 0);
	rte_rcu_qsbr_quiescent(qsbr, 0);
	mac.addr_bytes[5] = 0x77;
	learn(PEER, &mac, 9, 1);
	assert_int_equal(find(PEER)->mac.addr_bytes[5], 0x77);
}

static void test_dead_writer(void **state)
{
	struct rte_ether_addr mac = { { 2, 0, 0, 0, 0, 1 } };

	(void)state;
	sh.lock = 3 + 1;
	learn(PEER, &mac, 1, 1);
	assert_int_equal(n.stats.arp_busy, 1);
	neigh_table_recover(&sh, 2);
	assert_int_equal(sh.lock, 4);
	neigh_table_recover(&sh, 3);
	learn(PEER, &mac, 1, 1);
	assert_non_null(find(PEER));
	/* the list torn: all entries can still be had, the live ones stay */
	for (uint32_t i = 0; i < 5000; i++) {
		mac.addr_bytes[5] = (uint8_t)i;
		learn(PEER, &mac, i, 1);
		rte_rcu_qsbr_quiescent(qsbr, 0);
		if (i == 4500) {
			sh.lock = 4;
			sh.neigh->retired_head = NULL;
			neigh_table_recover(&sh, 3);
			rte_rcu_qsbr_quiescent(qsbr, 0);
		}
	}
	assert_int_equal(n.stats.arp_full, 0);
	assert_int_equal(find(PEER)->mac.addr_bytes[5], (uint8_t)4999);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ENV_TEST(test_request_is_answered_and_learnt),
		ENV_TEST(test_probe_is_answered_not_learnt),
		ENV_TEST(test_request_for_another_is_ignored),
		ENV_TEST(test_unasked_reply_is_ignored),
		ENV_TEST(test_packets_wait_and_go_in_order),
		ENV_TEST(test_queue_drops_the_oldest),
		ENV_TEST(test_too_many_unresolved),
		ENV_TEST(test_answers_take_no_place),
		ENV_TEST(test_answers_have_a_rate),
		ENV_TEST(test_answer_becomes_ours),
		ENV_TEST(test_requests_displace_nobody_used),
		ENV_TEST(test_unused_neighbours_go),
		ENV_TEST(test_buckets_are_secret),
		ENV_TEST(test_three_tries_then_unreachable),
		ENV_TEST(test_stale_neighbour_is_probed_by_unicast),
		ENV_TEST(test_dead_neighbour_is_asked_for_again),
		ENV_TEST(test_new_mac_reaches_cached_paths),
		ENV_TEST(test_permanent_is_not_overwritten),
		ENV_TEST(test_conflict_is_defended_once),
		ENV_TEST(test_announces_twice),
		ENV_TEST(test_malformed),
		ENV_TEST(test_learnt_elsewhere),
		ENV_TEST(test_table_is_bounded),
		ENV_TEST(test_readers_are_waited_for),
		ENV_TEST(test_dead_writer),
	};

	return cmocka_run_group_tests(tests, env_start, env_stop);
}
