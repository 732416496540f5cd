// SPDX-License-Identifier: MIT
/*
 * test_ip4.c - IPv4 in and out: checks, checksums, fragments, loop
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

static void tcp_frame(struct ipf f, uint32_t len)
{
	uint32_t k = put_tcp(f.src, f.dst, len);

	pkt_ip(&p, our_mac, peer_mac, f, l4, k);
}

static void fix_header(void)
{
	put16(p.b + 24, 0);
	put16(p.b + 24, 0xffff ^ sum16(p.b + 14, (p.b[14] & 15) * 4u, 0));
}

static void test_tcp_is_delivered(void **state)
{
	struct ipf f = from_peer(IPPROTO_TCP);

	(void)state;
	f.ttl = 3;
	f.tos = 0x12;
	tcp_frame(f, 7);
	rx(&p);
	assert_int_equal(fake_tcp.inputs, 1);
	assert_int_equal(fake_tcp.len, 27);
	assert_int_equal(fake_tcp.rx.local, 0);
	assert_int_equal(fake_tcp.rx.ttl, 3);
	assert_int_equal(fake_tcp.rx.tos, 0x12);
	assert_true(addr_v4(&fake_tcp.rx.src) == PEER);
	assert_true(addr_v4(&fake_tcp.rx.dst) == US);
}

/* A packet of this machine has no checksum; any other must have one. */
static void test_checksum_left_out(void **state)
{
	struct rte_mbuf *m;

	(void)state;
	tcp_frame(from_peer(IPPROTO_TCP), 7);
	put16(p.b + 50, 0xabcd);
	m = mbuf_of(&p);
	m->ol_flags |= RTE_MBUF_F_RX_L4_CKSUM_NONE;
	net_input(&n, m);
	assert_int_equal(fake_tcp.inputs, 1);
	m = mbuf_of(&p);
	m->ol_flags |= RTE_MBUF_F_RX_L4_CKSUM_BAD;
	net_input(&n, m);
	rx(&p);
	assert_int_equal(fake_tcp.inputs, 1);
	assert_int_equal(n.stats.ip_drop_l4_cksum, 2);
}

static void test_padding_is_cut(void **state)
{
	(void)state;
	tcp_frame(from_peer(IPPROTO_TCP), 0);
	memset(p.b + p.len, 0xee, 6);
	p.len += 6;
	rx(&p);
	assert_int_equal(fake_tcp.len, 20);
}

static void test_options_are_skipped(void **state)
{
	(void)state;
	tcp_frame(from_peer(IPPROTO_TCP), 4);
	memmove(p.b + 38, p.b + 34, 24);
	memset(p.b + 34, 1, 4); /* no-operation */
	p.b[14] = 0x46;
	put16(p.b + 16, 20 + 4 + 24);
	p.len += 4;
	fix_header();
	rx(&p);
	assert_int_equal(fake_tcp.inputs, 1);
	assert_int_equal(fake_tcp.len, 24);
}

/* One byte or length changed; the counter that must move. */
static void bad(unsigned at, uint8_t value, uint32_t len, int fix,
		const uint64_t *counter)
{
	uint64_t before = *counter;

	tcp_frame(from_peer(IPPROTO_TCP), 30);
	if (at)
		p.b[at] = value;
	if (len)
		p.len = len;
	if (fix)
		fix_header();
	rx(&p);
	assert_int_equal(*counter, before + 1);
	assert_int_equal(fake_tcp.inputs, 0);
	expect_silence();
}

static void test_each_check_has_its_counter(void **state)
{
	(void)state;
	bad(0, 0, 10, 0, &n.stats.eth_drop_short);
	bad(5, 9, 0, 0, &n.stats.eth_drop_dst);
	bad(12, 0x86, 0, 0, &n.stats.eth_drop_type);
	bad(0, 0, 14 + 19, 0, &n.stats.ip_drop_short);
	bad(14, 0x65, 0, 1, &n.stats.ip_drop_version);
	bad(14, 0x44, 0, 0, &n.stats.ip_drop_hlen);
	bad(14, 0x4f, 14 + 40, 0, &n.stats.ip_drop_hlen);
	bad(16, 0x01, 0, 1, &n.stats.ip_drop_len);
	bad(17, 19, 0, 1, &n.stats.ip_drop_len);
	bad(22, 63, 0, 0, &n.stats.ip_drop_cksum);
	bad(33, 9, 0, 1, &n.stats.ip_drop_dst);	  /* 10.0.0.9 */
	bad(29, 2, 0, 1, &n.stats.ip_drop_src);	  /* from ourselves */
	bad(29, 255, 0, 1, &n.stats.ip_drop_src); /* from a broadcast */
	bad(26, 127, 0, 1, &n.stats.ip_drop_src);
	bad(26, 225, 0, 1, &n.stats.ip_drop_src);
	bad(60, 1, 0, 0, &n.stats.ip_drop_l4_cksum);
	bad(33, 255, 0, 1, &n.stats.ip_drop_bcast);
	bad(30, 127, 0, 1, &n.stats.ip_drop_dst);
	bad(17, 20 + 19, 0, 1, &n.stats.ip_drop_l4_short);
	bad(17, 20 + 7, 0, 1, &n.stats.ip_drop_l4_short);
}

static void test_device_verdict_is_honoured(void **state)
{
	struct rte_mbuf *m;

	(void)state;
	tcp_frame(from_peer(IPPROTO_TCP), 30);
	p.b[60] ^= 1;
	m = mbuf_of(&p);
	m->ol_flags |= RTE_MBUF_F_RX_L4_CKSUM_GOOD;
	net_input(&n, m);
	assert_int_equal(fake_tcp.inputs, 1);
	m = mbuf_of(&p);
	m->ol_flags |= RTE_MBUF_F_RX_L4_CKSUM_BAD;
	net_input(&n, m);
	assert_int_equal(n.stats.ip_drop_l4_cksum, 1);
}

static void test_unknown_protocol_is_unreachable(void **state)
{
	uint32_t k;

	(void)state;
	know_peer();
	fill(data, 100);
	pkt_ip(&p, our_mac, peer_mac, from_peer(132), data, 100);
	rx(&p);
	k = put_icmp(l4, 3, 2, 0, p.b + 14, 120);
	pkt_ip(&q, peer_mac, our_mac,
	       (struct ipf){
		       .src = US, .dst = PEER, .proto = 1, .id = sent_ident() },
	       l4, k);
	expect(&q);
}

/* A chain: the header in one mbuf, bytes dribbling in behind it. */
static void test_chains(void **state)
{
	struct rte_mbuf *m, *s;

	(void)state;
	tcp_frame(from_peer(IPPROTO_TCP), 101);
	for (uint32_t cut = 34; cut < p.len; cut += 2) {
		fake_tcp.inputs = 0;
		m = mbuf_of(&p);
		rte_pktmbuf_trim(m, (uint16_t)(p.len - cut));
		for (uint32_t at = cut; at < p.len; at += 5) {
			uint32_t len = RTE_MIN(5u, p.len - at);

			s = rte_pktmbuf_alloc(rx_pool.mp);
			memcpy(rte_pktmbuf_append(s, (uint16_t)len), p.b + at,
			       len);
			assert_int_equal(rte_pktmbuf_chain(m, s), 0);
		}
		for (uint32_t i = 0; i < cut % 3; i++) { /* padding */
			s = rte_pktmbuf_alloc(rx_pool.mp);
			memset(rte_pktmbuf_append(s, 3), 0xee, 3);
			rte_pktmbuf_chain(m, s);
		}
		net_input(&n, m);
		assert_int_equal(fake_tcp.inputs, 1);
		assert_int_equal(fake_tcp.len, 121);
		assert_true(fake_tcp.first_len >= 60);
	}
}

/*
 * Output
 */
static int send_l4(uint8_t proto, uint32_t dst, uint32_t len, int dontfrag,
		   struct ip_path *path)
{
	struct rte_mbuf *m = net_alloc(&n), *s = m;
	uint32_t at = 0;

	while (at < len) {
		uint16_t part = (uint16_t)RTE_MIN(len - at, 2048u);

		if (at) {
			s = net_alloc(&n);
			assert_non_null(s);
		}
		memcpy(rte_pktmbuf_append(s, part), l4 + at, part);
		if (at)
			rte_pktmbuf_chain(m, s);
		at += part;
	}
	path->dst = addr_from_v4(dst);
	return ip_output(&n, m, path, proto, dontfrag);
}

static void test_tcp_leaves_with_df_and_checksums(void **state)
{
	struct ip_path path = { .ttl = 9, .tos = 4, .ident = 77 };
	uint32_t k;

	(void)state;
	know_peer();
	for (uint32_t len = 0; len < 40; len++) {
		k = put_tcp(US, PEER, len);
		pkt_ip(&q, peer_mac, our_mac,
		       (struct ipf){ US, PEER, IPPROTO_TCP, 9, 4,
				     (uint16_t)(77 + len), 0x4000 },
		       l4, k);
		put16(l4 + 16, 0);
		assert_int_equal(send_l4(IPPROTO_TCP, PEER, k, 1, &path), 0);
		expect(&q);
	}
	assert_true(path.resolved);
}

static void test_offloads(void **state)
{
	struct ip_path path = { 0 };
	struct rte_mbuf *m;
	uint16_t field;
	uint32_t k = put_tcp(US, PEER, 11);

	(void)state;
	know_peer();
	sh.dev[0].tx_cksum = NET_CKSUM_IPV4 | NET_CKSUM_TCP;
	put16(l4 + 16, 0);
	send_l4(IPPROTO_TCP, PEER, k, 1, &path);
	m = tx_pop();
	assert_true(m->ol_flags & RTE_MBUF_F_TX_IPV4);
	assert_true(m->ol_flags & RTE_MBUF_F_TX_IP_CKSUM);
	assert_true((m->ol_flags & RTE_MBUF_F_TX_L4_MASK) ==
		    RTE_MBUF_F_TX_TCP_CKSUM);
	assert_int_equal(m->l2_len, 14);
	assert_int_equal(m->l3_len, 20);
	assert_int_equal(*rte_pktmbuf_mtod_offset(m, uint16_t *, 24), 0);
	field = *rte_pktmbuf_mtod_offset(m, uint16_t *, 50);
	/* the pseudo header alone: summing the rest gives the checksum */
	put16(l4 + 16, rte_be_to_cpu_16(field));
	field = (uint16_t)~sum16(l4, k, 0);
	put16(l4 + 16, field);
	assert_int_equal(sum_pseudo(US, PEER, IPPROTO_TCP, l4, k), 0xffff);
	rte_pktmbuf_free(m);
}

/* 6 segments of 1000 bytes or less behind a header of 20. */
static int send_tso(struct ip_path *path, uint16_t segsz)
{
	struct rte_mbuf *m = net_alloc(&n), *s;
	uint32_t k = put_tcp(US, PEER, 5500), at = 0, part;

	put16(l4 + 16, 0);
	for (s = m;; s = s->next) {
		part = RTE_MIN(k - at, 2000u);
		memcpy(rte_pktmbuf_append(s, (uint16_t)part), l4 + at, part);
		at += part;
		if (s != m)
			m->nb_segs++;
		if (at == k)
			break;
		s->next = net_alloc(&n);
	}
	m->pkt_len = k;
	m->ol_flags |= RTE_MBUF_F_TX_TCP_SEG;
	m->tso_segsz = segsz;
	m->l4_len = 20;
	path->src = addr_from_v4(US);
	path->dst = addr_from_v4(PEER);
	return ip_output(&n, m, path, IPPROTO_TCP, 1);
}

/* What DPDK wants of a packet that the device cuts. */
static void test_tso(void **state)
{
	struct ip_path path = { .ident = 10 };
	const struct rte_ipv4_hdr *ip;
	struct rte_mbuf *m;

	(void)state;
	know_peer();
	sh.dev[0].tx_cksum = NET_CKSUM_IPV4 | NET_CKSUM_TCP;
	sh.dev[0].tso_max = 60000;
	assert_int_equal(send_tso(&path, 1000), 0);
	assert_int_equal(n.ntx_segs, 3);
	m = tx_pop();
	assert_true((m->ol_flags & RTE_MBUF_F_TX_OFFLOAD_MASK) ==
		    (RTE_MBUF_F_TX_TCP_SEG | RTE_MBUF_F_TX_IPV4 |
		     RTE_MBUF_F_TX_IP_CKSUM));
	assert_int_equal(m->l2_len, 14);
	assert_int_equal(m->l3_len, 20);
	assert_int_equal(m->l4_len, 20);
	assert_int_equal(m->pkt_len, 14 + 20 + 5520);
	ip = rte_pktmbuf_mtod_offset(m, const void *, 14);
	assert_int_equal(rte_be_to_cpu_16(ip->total_length), 5540);
	assert_int_equal(rte_be_to_cpu_16(ip->packet_id), 10);
	assert_int_equal(path.ident, 16); /* each segment has one */
	/* of the pseudo header, without the length */
	assert_int_equal(
		*rte_pktmbuf_mtod_offset(m, uint16_t *, 50),
		rte_cpu_to_be_16(sum_pseudo(US, PEER, IPPROTO_TCP, l4, 0)));
	rte_pktmbuf_free(m);
	/* a device that leaves the IPv4 header to us (virtio) */
	sh.dev[0].tx_cksum = NET_CKSUM_TCP;
	assert_int_equal(send_tso(&path, 1000), 0);
	m = tx_pop();
	ip = rte_pktmbuf_mtod_offset(m, const void *, 14);
	assert_int_equal(rte_ipv4_cksum(ip), 0);
	rte_pktmbuf_free(m);
}

static void test_tso_refused(void **state)
{
	struct ip_path path = { 0 };

	(void)state;
	know_peer();
	sh.dev[0].tx_cksum = NET_CKSUM_TCP;
	sh.dev[0].tso_max = 60000;
	assert_int_equal(send_tso(&path, 1461), -EMSGSIZE);
	assert_int_equal(send_tso(&path, 1460), 0);
	rte_pktmbuf_free(tx_pop());
	sh.dev[0].tso_max = 0; /* the path led over another device */
	assert_int_equal(send_tso(&path, 1000), -EMSGSIZE);
	assert_int_equal(n.stats.ip_drop_mtu, 2);
	expect_silence();
}

static void test_too_large(void **state)
{
	struct ip_path path = { 0 };

	(void)state;
	know_peer();
	assert_int_equal(send_l4(IPPROTO_ICMP, PEER, 1481, 1, &path),
			 -EMSGSIZE);
	path.mtu = 600;
	assert_int_equal(send_l4(IPPROTO_ICMP, PEER, 581, 1, &path), -EMSGSIZE);
	assert_int_equal(send_l4(IPPROTO_ICMP, PEER, 580, 1, &path), 0);
	assert_int_equal(n.stats.ip_drop_mtu, 2);
	rte_pktmbuf_free(tx_pop());
}

/* The identification of a datagram to dst that may be fragmented. */
static uint16_t ident_to(uint32_t dst, uint8_t proto)
{
	struct ip_path path = { 0 };
	uint16_t ident;

	assert_int_equal(send_l4(proto, dst, 100, 0, &path), 0);
	ident = sent_ident();
	rte_pktmbuf_free(tx_pop());
	return ident;
}

/* What one destination sees does not tell what another is sent. */
static void test_idents_of_two_destinations(void **state)
{
	struct rte_ether_addr mac;
	uint32_t other = IP(10, 0, 0, 3);
	struct ix_addr at = addr_from_v4(other);
	uint16_t first, second;

	(void)state;
	memcpy(&mac, peer_mac, 6);
	know_peer();
	assert_int_equal(neigh_add_permanent(&sh, 0, &at, &mac), 0);
	first = ident_to(PEER, 17);
	second = ident_to(other, 17);
	assert_true((uint16_t)(second - first) > 100);
	for (unsigned i = 0; i < 1000; i++)
		ident_to(other, 17);
	assert_int_equal(ident_to(PEER, 17), (uint16_t)(first + 1));
	/* nor what another protocol is */
	ident_to(PEER, 1);
	assert_int_equal(ident_to(PEER, 17), (uint16_t)(first + 2));
}

/* Between two of them a random number is left out, as time passes. */
static void test_idents_step(void **state)
{
	uint16_t last, step, different = 0;
	uint32_t sum = 0;

	(void)state;
	know_peer();
	last = ident_to(PEER, 17);
	for (unsigned i = 0; i < 100; i++) {
		n.now += 100 * MS;
		step = (uint16_t)(ident_to(PEER, 17) - last);
		last = (uint16_t)(last + step);
		assert_true(step >= 1 && step <= 100);
		different += step != 1;
		sum += step;
	}
	assert_true(different > 80);
	assert_true(sum > 2500 && sum < 7500);
}

/* Which counter a destination has is secret, and so is where it stands. */
static void test_idents_are_keyed(void **state)
{
	uint16_t before, after;

	(void)state;
	know_peer();
	before = ident_to(PEER, 17);
	sh.isn_key[0] ^= 1;
	know_peer();
	after = ident_to(PEER, 17);
	sh.isn_key[0] ^= 1;
	assert_true((uint16_t)(after - before) > 1);
}

static void test_fragments_out(void **state)
{
	struct ip_path path = { 0 };
	uint16_t ident;
	uint32_t k;

	(void)state;
	know_peer();
	fill(data, 4000);
	k = put_udp(l4, US, 7, PEER, 8, data, 4000);
	put16(l4 + 6, 0);
	assert_int_equal(send_l4(IPPROTO_UDP, PEER, k, 0, &path), 0);
	put_udp(l4, US, 7, PEER, 8, data, 4000);
	ident = sent_ident(); /* that of all of them */
	for (uint32_t off = 0; off < k; off += 1480) {
		uint32_t len = RTE_MIN(1480u, k - off);
		struct ipf f = { US, PEER,  IPPROTO_UDP,	64,
				 0,  ident, (uint16_t)(off / 8) };

		if (off + len < k)
			f.frag |= 0x2000;
		pkt_ip(&q, peer_mac, our_mac, f, l4 + off, len);
		expect(&q);
	}
}

static void test_no_route(void **state)
{
	struct ip_path path = { 0 };

	(void)state;
	assert_int_equal(send_l4(IPPROTO_TCP, IP(8, 8, 8, 8), 20, 1, &path),
			 -ENETUNREACH);
	assert_int_equal(n.stats.ip_drop_noroute, 1);
}

static void test_group_addresses(void **state)
{
	static const uint8_t all[6] = { 255, 255, 255, 255, 255, 255 };
	static const uint8_t mdns[6] = { 1, 0, 0x5e, 0x7f, 1, 0xfb };
	struct ip_path path = { 0 };

	(void)state;
	send_l4(IPPROTO_ICMP, IP(10, 0, 0, 255), 8, 0, &path);
	tx_take(&q);
	assert_memory_equal(q.b, all, 6);
	memset(&path, 0, sizeof(path));
	send_l4(IPPROTO_ICMP, IP(239, 255, 1, 251), 8, 0, &path);
	tx_take(&q);
	assert_memory_equal(q.b, mdns, 6);
}

static void test_loop(void **state)
{
	struct ip_path path = { 0 };
	uint32_t k = put_tcp(US, US, 5);

	(void)state;
	put16(l4 + 16, 0xdead); /* nobody sums what never leaves */
	assert_int_equal(send_l4(IPPROTO_TCP, US, k, 1, &path), 0);
	assert_int_equal(n.ntx, 0);
	assert_int_equal(net_input_loop(&n), 1);
	assert_int_equal(fake_tcp.inputs, 1);
	assert_int_equal(fake_tcp.len, 25);
	assert_int_equal(net_input_loop(&n), 0);
	/* bounded */
	for (unsigned i = 0; i < IP_LOOP_MAX; i++)
		assert_int_equal(send_l4(IPPROTO_TCP, US, k, 1, &path), 0);
	assert_int_equal(send_l4(IPPROTO_TCP, US, k, 1, &path), -ENOBUFS);
	assert_int_equal(n.stats.ip_drop_loop, 1);
	assert_int_equal(net_input_loop(&n), IP_LOOP_MAX);
	assert_int_equal(fake_tcp.inputs, 1 + IP_LOOP_MAX);
}

static void test_loopback_addresses(void **state)
{
	struct ip_path path = { 0 };
	uint32_t k = put_tcp(0, 0, 5);

	(void)state;
	sh.info.loopback = 1;
	assert_int_equal(send_l4(IPPROTO_TCP, IP(127, 0, 0, 1), k, 1, &path),
			 0);
	net_input_loop(&n);
	assert_int_equal(fake_tcp.inputs, 1);
	assert_int_equal(fake_tcp.rx.local, IX_LIP_LOOPBACK);
	/* but not from the wire */
	tcp_frame((struct ipf){ .src = PEER,
				.dst = IP(127, 0, 0, 1),
				.proto = IPPROTO_TCP },
		  0);
	rx(&p);
	assert_int_equal(n.stats.ip_drop_dst, 1);
}

static void test_txq_is_bounded(void **state)
{
	struct ip_path path = { 0 };

	(void)state;
	know_peer();
	for (unsigned i = 0; i < NET_TXQ + 3; i++)
		send_l4(IPPROTO_ICMP, PEER, 8, 0, &path);
	assert_int_equal(net_tx_room(&n), 0);
	assert_int_equal(n.stats.eth_drop_txq, 3);
	while (n.ntx)
		rte_pktmbuf_free(n.txq[--n.ntx]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ENV_TEST(test_tcp_is_delivered),
		ENV_TEST(test_padding_is_cut),
		ENV_TEST(test_options_are_skipped),
		ENV_TEST(test_each_check_has_its_counter),
		ENV_TEST(test_device_verdict_is_honoured),
		ENV_TEST(test_unknown_protocol_is_unreachable),
		ENV_TEST(test_chains),
		ENV_TEST(test_tcp_leaves_with_df_and_checksums),
		ENV_TEST(test_offloads),
		ENV_TEST(test_tso),
		ENV_TEST(test_tso_refused),
		ENV_TEST(test_checksum_left_out),
		ENV_TEST(test_too_large),
		ENV_TEST(test_idents_of_two_destinations),
		ENV_TEST(test_idents_step),
		ENV_TEST(test_idents_are_keyed),
		ENV_TEST(test_fragments_out),
		ENV_TEST(test_no_route),
		ENV_TEST(test_group_addresses),
		ENV_TEST(test_loop),
		ENV_TEST(test_loopback_addresses),
		ENV_TEST(test_txq_is_bounded),
	};

	return cmocka_run_group_tests(tests, env_start, env_stop);
}
