// SPDX-License-Identifier: MIT
/*
 * test_frag.c - reassembly, and random frames
 */
#include "net/test/ip_env.h"

static struct pkt p, q;
static uint8_t l4[66000], data[66000];

/* A TCP header (port 5 to 6) and len bytes, checksum right. */
static uint32_t put_tcp(uint32_t src, uint32_t dst, uint32_t len)
{
	memset(l4, 0, 20);
	put16(l4, 5);
	put16(l4 + 2, 6);
	l4[12] = 5 << 4;
	fill(l4 + 20, len);
	put16(l4 + 16,
	      (uint16_t)~sum_pseudo(src, dst, IPPROTO_TCP, l4, 20 + len));
	return 20 + len;
}

static struct ipf from_peer(uint8_t proto)
{
	return (struct ipf){ .src = PEER, .dst = US, .proto = proto };
}

static void fix_header(void)
{
	put16(p.b + 24, 0);
	put16(p.b + 24, 0xffff ^ sum16(p.b + 14, (p.b[14] & 15) * 4u, 0));
}

static uint32_t whole; /* bytes of the datagram in l4 */

static void udp_datagram(uint32_t len)
{
	fill(data, len);
	whole = put_udp(l4, PEER, 1, US, 4000, data, len);
}

static void piece(uint32_t off, uint32_t len, int more)
{
	struct ipf f = from_peer(IPPROTO_UDP);

	f.id = 99;
	f.frag = (uint16_t)(off / 8 | (more ? 0x2000u : 0u));
	pkt_ip(&p, our_mac, peer_mac, f, l4 + off, len);
	rx(&p);
}

static ix_handle_t bind_udp(void)
{
	struct ix_bsys b = { .lport = 4000 };

	assert_int_equal(udp_call_bind(&n, &b), 0);
	return b.handle;
}

/* All of the datagram arrived, in pieces. */
static void expect_datagram(ix_handle_t h)
{
	struct ix_event ev[512];
	uint32_t more, at = 8;
	unsigned k = net_events(&n, ev, 512, &more);

	assert_true(k > 0);
	for (unsigned i = 0; i < k; i++) {
		assert_int_equal(ev[i].type, IX_EV_UDP_RECV);
		assert_int_equal(ev[i].detail & IX_UDP_RECV_MORE, i + 1 < k);
		assert_memory_equal((void *)(uintptr_t)ev[i].data, l4 + at,
				    ev[i].len);
		at += ev[i].len;
	}
	assert_int_equal(at, whole);
	assert_int_equal(udp_call_recv_done(&n, h, 1), 0);
}

static void test_reassembly_in_any_order(void **state)
{
	static const uint8_t order[6][3] = { { 0, 1, 2 }, { 0, 2, 1 },
					     { 1, 0, 2 }, { 1, 2, 0 },
					     { 2, 0, 1 }, { 2, 1, 0 } };
	ix_handle_t h = bind_udp();

	(void)state;
	udp_datagram(3000);
	for (unsigned o = 0; o < 6; o++) {
		for (unsigned i = 0; i < 3; i++) {
			uint32_t off = order[o][i] * 1480u;

			piece(off, RTE_MIN(1480u, whole - off),
			      off + 1480 < whole);
			if (i == 1) /* again */
				piece(off, RTE_MIN(1480u, whole - off),
				      off + 1480 < whole);
		}
		expect_datagram(h);
		assert_int_equal(n.wheel.armed, 0);
	}
	assert_int_equal(n.stats.ip_reassembled, 6);
	assert_int_equal(n.stats.ip_frag_duplicate, 6);
}

static void test_reassembly_of_the_largest(void **state)
{
	ix_handle_t h = bind_udp();

	(void)state;
	udp_datagram(65507);
	for (uint32_t off = 0; off < whole; off += 1480)
		piece(off, RTE_MIN(1480u, whole - off), off + 1480 < whole);
	expect_datagram(h);
}

/* What is small is kept together, so that neither the number of fragments nor
 * their order bounds a datagram. */
static void test_reassembly_of_many_pieces(void **state)
{
	ix_handle_t h = bind_udp();

	(void)state;
	udp_datagram(3000);
	for (unsigned way = 0; way < 4; way++) {
		for (unsigned i = 0; i < 376; i++) {
			static const unsigned step[] = { 1, 375, 2, 187 };
			uint32_t off = 8 * (i * step[way] % 376);

			if (way == 2) /* every second, then the others */
				off = 8 * (i < 188 ? 2 * i : 2 * i - 375);
			piece(off, 8, off + 8 < whole);
			if (i % 50 == 0) /* again */
				piece(off, 8, off + 8 < whole);
			assert_in_range(n.ip->frag.mbufs, 0, 200);
		}
		expect_datagram(h);
	}
	assert_int_equal(n.stats.ip_reassembled, 4);
	assert_int_equal(n.stats.ip_frag_overlap, 0);
}

/* Eight bytes each: headers are pulled together. */
static void test_reassembly_of_tiny_pieces(void **state)
{
	uint32_t k = put_tcp(PEER, US, 100);
	struct ipf f = from_peer(IPPROTO_TCP);

	(void)state;
	for (uint32_t off = 0; off < k; off += 8) {
		f.frag = (uint16_t)(off / 8 | (off + 8 < k ? 0x2000u : 0u));
		pkt_ip(&p, our_mac, peer_mac, f, l4 + off,
		       RTE_MIN(8u, k - off));
		rx(&p);
	}
	assert_int_equal(fake_tcp.inputs, 1);
	assert_int_equal(fake_tcp.len, 120);
	assert_int_equal(fake_tcp.first_len, 120);
}

static void test_corrupt_reassembly_is_dropped(void **state)
{
	bind_udp();
	(void)state;
	udp_datagram(3000);
	l4[2000] ^= 1;
	for (uint32_t off = 0; off < whole; off += 1480)
		piece(off, RTE_MIN(1480u, whole - off), off + 1480 < whole);
	assert_int_equal(n.stats.ip_drop_l4_cksum, 1);
}

static void test_overlap_ends_the_datagram(void **state)
{
	(void)state;
	udp_datagram(3000);
	piece(0, 1480, 1);
	piece(1472, 1480, 1);
	assert_int_equal(n.stats.ip_frag_overlap, 1);
	assert_int_equal(n.wheel.armed, 0);
	piece(1480, 800, 1);
	piece(800, 1480, 1);
	assert_int_equal(n.stats.ip_frag_overlap, 2);
	assert_int_equal(n.wheel.armed, 0);
}

static void test_bad_fragments(void **state)
{
	(void)state;
	udp_datagram(3000);
	piece(0, 1479, 1); /* not a multiple of 8 */
	piece(0, 0, 1);	   /* empty */
	piece(65528, 100, 0);
	assert_int_equal(n.stats.ip_frag_bad, 3);
	piece(1480, 100, 0);
	piece(1480, 200, 0); /* two ends */
	assert_int_equal(n.stats.ip_frag_bad, 4);
	piece(2960, 8, 1);
	piece(1480, 100, 0); /* ends before what is there */
	assert_int_equal(n.stats.ip_frag_bad, 5);
	piece(1480, 100, 0);
	piece(2960, 8, 1); /* behind the end */
	assert_int_equal(n.stats.ip_frag_bad, 6);
	assert_int_equal(n.wheel.armed, 0);
}

static void test_reassembly_times_out(void **state)
{
	uint32_t k;

	(void)state;
	know_peer();
	udp_datagram(3000);
	piece(1480, 1480, 1);
	pass(31 * SEC);
	assert_int_equal(n.stats.ip_frag_timeout, 1);
	expect_silence(); /* RFC 1122 3.3.2: no first fragment, no word */
	piece(0, 1480, 1);
	pass(29 * SEC);
	expect_silence();
	pass(2 * SEC);
	k = put_icmp(l4, 11, 1, 0, p.b + 14, 548);
	pkt_ip(&q, peer_mac, our_mac,
	       (struct ipf){
		       .src = US, .dst = PEER, .proto = 1, .id = sent_ident() },
	       l4, k);
	expect(&q);
}

static void test_reassembly_is_bounded(void **state)
{
	struct ipf f = from_peer(IPPROTO_UDP);

	(void)state;
	fill(data, 1480);
	for (unsigned i = 0; i < 2 * FRAG_DATAGRAMS; i++) {
		f.id = (uint16_t)i;
		f.frag = 0x2000;
		pkt_ip(&p, our_mac, peer_mac, f, data, 1480);
		rx(&p);
	}
	assert_int_equal(n.stats.ip_frag_evicted, FRAG_DATAGRAMS);
	for (unsigned i = 0; i < 64u * FRAG_PIECES; i++) {
		f.id = (uint16_t)(1000 + i / FRAG_PIECES);
		f.frag = (uint16_t)(0x2000u | (i % FRAG_PIECES * 2 + 200));
		pkt_ip(&p, our_mac, peer_mac, f, data, 8);
		rx(&p);
		n.now += i % FRAG_PIECES == 0;
		assert_true(n.ip->frag.mbufs <= FRAG_MBUFS);
	}
	assert_true(n.stats.ip_frag_evicted > FRAG_DATAGRAMS + 60);
	assert_int_equal(n.stats.ip_frag_pieces, 0);
	pass(31 * SEC);
	while (n.ntx)
		rte_pktmbuf_free(tx_pop());
	pass(5 * SEC);
	while (n.ntx)
		rte_pktmbuf_free(tx_pop());
	assert_int_equal(n.ip->frag.mbufs, 0);
}

static void test_too_many_pieces(void **state)
{
	struct ipf f = from_peer(IPPROTO_UDP);

	(void)state;
	for (unsigned i = 0; i <= FRAG_PIECES; i++) {
		f.frag = (uint16_t)(0x2000u | (2 * i + 1));
		pkt_ip(&p, our_mac, peer_mac, f, data, 8);
		rx(&p);
	}
	assert_int_equal(n.stats.ip_frag_pieces, 1);
}

/*
 * Frames with a few bytes changed: whatever comes, nothing breaks or leaks
 */
static uint32_t rnd(void)
{
	static uint64_t x = 7;

	x ^= x >> 12;
	x ^= x << 25;
	x ^= x >> 27;
	return (uint32_t)((x * UINT64_C(2685821657736338717)) >> 32);
}

static void random_frame(void)
{
	struct ipf f = from_peer((uint8_t)(rnd() % 4 ? 17 : 1));
	uint32_t k;

	fill(data, 200);
	if (rnd() % 8 == 0)
		f.frag = (uint16_t)(rnd() & 0x203f);
	f.id = (uint16_t)(rnd() % 4);
	k = f.proto == 17 ?
		    put_udp(l4, PEER, 1, US, 4000, data, rnd() % 200) :
		    put_icmp(l4, (uint8_t)(rnd() % 14), (uint8_t)(rnd() % 17),
			     rnd(), p.b + 14, rnd() % 200);
	pkt_ip(&p, our_mac, peer_mac, f, l4, k);
	if (rnd() % 16 == 0)
		put16(p.b + 12, 0x0806);
	for (unsigned i = rnd() % 4; i; i--)
		p.b[12 + rnd() % 60] = (uint8_t)rnd();
	if (rnd() % 2)
		fix_header();
	if (rnd() % 8 == 0)
		p.len = rnd() % (p.len + 1);
}

static void test_random_frames(void **state)
{
	ix_handle_t h = bind_udp();
	struct ix_event ev[8];
	uint32_t more;

	(void)state;
	know_peer();
	for (unsigned i = 0; i < 100000; i++) {
		random_frame();
		rx(&p);
		net_input_loop(&n);
		while (n.ntx)
			rte_pktmbuf_free(tx_pop());
		net_events(&n, ev, 8, &more);
		udp_call_recv_done(&n, h, rnd() % 4);
		n.now += rnd() % (100 * MS);
		timer_run(&n.wheel, &n, n.now);
	}
	assert_true(n.stats.ip_reassembled > 0);
	assert_true(n.stats.icmp_echo > 0);
	pass(40 * SEC);
	while (n.ntx)
		rte_pktmbuf_free(tx_pop());
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ENV_TEST(test_reassembly_in_any_order),
		ENV_TEST(test_reassembly_of_the_largest),
		ENV_TEST(test_reassembly_of_many_pieces),
		ENV_TEST(test_reassembly_of_tiny_pieces),
		ENV_TEST(test_corrupt_reassembly_is_dropped),
		ENV_TEST(test_overlap_ends_the_datagram),
		ENV_TEST(test_bad_fragments),
		ENV_TEST(test_reassembly_times_out),
		ENV_TEST(test_reassembly_is_bounded),
		ENV_TEST(test_too_many_pieces),
		ENV_TEST(test_random_frames),
	};

	return cmocka_run_group_tests(tests, env_start, env_stop);
}
