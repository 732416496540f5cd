// SPDX-License-Identifier: MIT
/*
 * test_udp.c - ports, datagrams in and out, events
 */
#include "net/test/ip_env.h"

#include "net/udp/udp_port.h"

static struct pkt p, q;
static uint8_t l4[66000], data[66000];

static void datagram(uint32_t src, uint16_t sport, uint32_t dst, uint16_t dport,
		     uint32_t len)
{
	uint32_t k = put_udp(l4, src, sport, dst, dport, data, len);

	pkt_ip(&p, our_mac, peer_mac,
	       (struct ipf){ .src = src, .dst = dst, .proto = IPPROTO_UDP }, l4,
	       k);
	rx(&p);
}

static int open_port(uint32_t ip, uint16_t port, uint16_t flags,
		     struct ix_bsys *b)
{
	memset(b, 0, sizeof(*b));
	if (ip)
		b->ip = addr_from_v4(ip);
	b->lport = port;
	b->flags = flags;
	b->cookie = 1000u + port;
	return udp_call_bind(&n, b);
}

static ix_handle_t must_open(uint32_t ip, uint16_t port, uint16_t flags)
{
	struct ix_bsys b;

	assert_int_equal(open_port(ip, port, flags, &b), 0);
	return b.handle;
}

static unsigned events(struct ix_event *ev, unsigned room)
{
	uint32_t more;

	return net_events(&n, ev, room, &more);
}

static int64_t send_to(ix_handle_t h, uint32_t dst, uint16_t rport,
		       const void *bytes, uint64_t len, uint16_t flags)
{
	struct ix_sg sg[2] = {
		{ (uint64_t)(uintptr_t)bytes, len / 3 },
		{ (uint64_t)(uintptr_t)bytes + len / 3, len - len / 3 },
	};
	struct ix_bsys b = { .handle = h,
			     .ip = addr_from_v4(dst),
			     .rport = rport,
			     .count = 2,
			     .flags = flags };

	return udp_call_sendv(&n, &b, sg);
}

static void test_receive(void **state)
{
	ix_handle_t h = must_open(0, 53, 0);
	struct ix_event ev[4];

	(void)state;
	fill(data, 100);
	datagram(PEER, 77, US, 53, 100);
	assert_int_equal(events(ev, 4), 1);
	assert_int_equal(ev[0].type, IX_EV_UDP_RECV);
	assert_true(ev[0].handle == h);
	assert_int_equal(ev[0].cookie, 1053);
	assert_int_equal(ev[0].len, 100);
	assert_int_equal(ev[0].rport, 77);
	assert_int_equal(ev[0].lport, 53);
	assert_int_equal(ev[0].lip, 0);
	assert_int_equal(ev[0].detail & IX_UDP_RECV_MORE, 0);
	assert_true(addr_v4(&ev[0].ip) == PEER);
	assert_memory_equal((void *)(uintptr_t)ev[0].data, data, 100);
	assert_int_equal(events(ev, 4), 0);
	assert_int_equal(udp_call_recv_done(&n, h, 2), -EINVAL);
	assert_int_equal(udp_call_recv_done(&n, h, 1), 0);
	assert_int_equal(udp_call_recv_done(&n, h, 1), -EINVAL);
	expect_silence();
}

static void test_empty_datagram_is_an_event(void **state)
{
	ix_handle_t h = must_open(0, 53, 0);
	struct ix_event ev[4];

	(void)state;
	datagram(PEER, 77, US, 53, 0);
	assert_int_equal(events(ev, 4), 1);
	assert_int_equal(ev[0].len, 0);
	assert_int_equal(udp_call_recv_done(&n, h, 1), 0);
}

static void test_zero_checksum_is_none(void **state)
{
	must_open(0, 53, 0);
	(void)state;
	put_udp(l4, PEER, 1, US, 53, "abc", 3);
	put16(l4 + 6, 0);
	pkt_ip(&p, our_mac, peer_mac,
	       (struct ipf){ .src = PEER, .dst = US, .proto = IPPROTO_UDP }, l4,
	       11);
	rx(&p);
	assert_int_equal(n.udp->held, 1);
	p.b[40] = 1; /* now it has one, and a wrong one */
	rx(&p);
	assert_int_equal(n.stats.ip_drop_l4_cksum, 1);
}

static void test_length_field(void **state)
{
	must_open(0, 53, 0);
	struct ix_event ev[2];

	(void)state;
	put_udp(l4, PEER, 1, US, 53, "abcd", 4);
	put16(l4 + 4, 13);
	pkt_ip(&p, our_mac, peer_mac,
	       (struct ipf){ .src = PEER, .dst = US, .proto = IPPROTO_UDP }, l4,
	       12);
	rx(&p);
	put16(p.b + 38, 7);
	rx(&p);
	assert_int_equal(n.stats.udp_drop_len, 2);
	/* IP carries more than UDP says: cut */
	put_udp(l4, PEER, 1, US, 53, "abcd", 4);
	pkt_ip(&p, our_mac, peer_mac,
	       (struct ipf){ .src = PEER, .dst = US, .proto = IPPROTO_UDP }, l4,
	       20);
	rx(&p);
	assert_int_equal(events(ev, 2), 1);
	assert_int_equal(ev[0].len, 4);
}

static void test_address_outweighs_any(void **state)
{
	ix_handle_t any, one;
	struct ix_event ev[4];

	(void)state;
	set_addr(1, IP(10, 0, 0, 3), 24, 0);
	any = must_open(0, 7, IX_LISTEN_REUSEPORT);
	one = must_open(IP(10, 0, 0, 3), 7, IX_LISTEN_REUSEPORT);
	datagram(PEER, 1, IP(10, 0, 0, 3), 7, 1);
	assert_int_equal(events(ev, 4), 1);
	assert_true(ev[0].handle == one);
	assert_int_equal(ev[0].lip, 1);
	datagram(PEER, 1, US, 7, 1);
	assert_int_equal(events(ev, 4), 1);
	assert_true(ev[0].handle == any);
}

static void test_reuseport_spreads_and_is_stable(void **state)
{
	ix_handle_t h[4];
	struct ix_event ev[2];
	unsigned hits[4] = { 0 };

	(void)state;
	for (unsigned i = 0; i < 4; i++)
		h[i] = must_open(0, 7, IX_LISTEN_REUSEPORT);
	for (uint16_t s = 1; s < 400; s++) {
		ix_handle_t first = 0;

		for (unsigned again = 0; again < 2; again++) {
			datagram(PEER, s, US, 7, 1);
			assert_int_equal(events(ev, 2), 1);
			assert_true(!again || ev[0].handle == first);
			first = ev[0].handle;
			udp_call_recv_done(&n, first, 1);
		}
		for (unsigned i = 0; i < 4; i++)
			hits[i] += h[i] == first;
	}
	for (unsigned i = 0; i < 4; i++)
		assert_in_range(hits[i], 60, 140);
}

static void test_bind_refusals(void **state)
{
	struct ix_bsys b;

	(void)state;
	set_addr(1, IP(10, 0, 0, 3), 24, 0);
	must_open(US, 7, 0);
	assert_int_equal(open_port(US, 7, 0, &b), -EADDRINUSE);
	assert_int_equal(open_port(0, 7, 0, &b), -EADDRINUSE);
	assert_int_equal(open_port(US, 7, IX_LISTEN_REUSEPORT, &b),
			 -EADDRINUSE);
	assert_int_equal(open_port(IP(10, 0, 0, 3), 7, 0, &b), 0);
	assert_int_equal(open_port(PEER, 8, 0, &b), -EADDRNOTAVAIL);
	assert_int_equal(open_port(US, 8, 0x8000, &b), -EINVAL);
	assert_true(b.handle == IX_HANDLE_NONE);
	for (uint16_t i = 0; i < 62; i++)
		must_open(US, (uint16_t)(100 + i), 0);
	assert_int_equal(open_port(US, 9, 0, &b), -ENFILE);
}

static void test_ephemeral(void **state)
{
	struct ix_bsys b;

	(void)state;
	for (unsigned i = 0; i < 64; i++) {
		assert_int_equal(open_port(0, 0, 0, &b), 0);
		assert_in_range(b.lport, 32768, 60999);
	}
}

static void test_stale_handles(void **state)
{
	ix_handle_t h = must_open(0, 7, 0), h2;
	struct ix_conn_info info;

	(void)state;
	datagram(PEER, 1, US, 7, 1);
	assert_int_equal(udp_call_close(&n, h), 0);
	assert_int_equal(udp_call_close(&n, h), -EBADF);
	h2 = must_open(0, 7, 0);
	assert_int_equal(IX_HANDLE_INDEX(h), IX_HANDLE_INDEX(h2));
	assert_true(h != h2);
	assert_int_equal(send_to(h, PEER, 1, "x", 1, 0), -EBADF);
	assert_int_equal(udp_call_recv_done(&n, h, 0), -EBADF);
	assert_int_equal(udp_call_setopt(&n, h, IX_OPT_TTL, 1, 0), -EBADF);
	assert_int_equal(udp_info(&n, h, &info), -EBADF);
	assert_int_equal(udp_call_close(&n, 0), -EBADF);
	assert_int_equal(udp_call_close(&n, UINT64_MAX), -EBADF);
	assert_int_equal(udp_call_close(&n, h2 ^ (1ull << 24)), -EBADF);
}

static void test_rcvbuf_bounds(void **state)
{
	ix_handle_t h = must_open(0, 7, 0);
	unsigned fit = UDP_RCVBUF / (1000 + UDP_OVERHEAD);
	struct ix_event *ev = calloc(1024, sizeof(*ev));
	struct ix_conn_info info;

	(void)state;
	for (unsigned i = 0; i < fit + 5; i++)
		datagram(PEER, 1, US, 7, 1000);
	assert_int_equal(n.stats.udp_drop_rcvbuf, 5);
	assert_int_equal(udp_info(&n, h, &info), 0);
	assert_int_equal(info.unread, fit * (1000 + UDP_OVERHEAD));
	assert_int_equal(events(ev, 1024), fit);
	udp_call_recv_done(&n, h, fit);
	/* the least buffer still takes one of any size */
	udp_call_setopt(&n, h, IX_OPT_RCVBUF, 0, 0);
	datagram(PEER, 1, US, 7, 1472);
	datagram(PEER, 1, US, 7, 1472);
	assert_int_equal(events(ev, 1024), 1);
	assert_int_equal(n.stats.udp_drop_rcvbuf, 6);
	free(ev);
}

/* Ports together may not empty the pool. */
static void test_held_is_bounded(void **state)
{
	(void)state;
	for (uint16_t i = 0; i < 8; i++) {
		must_open(0, (uint16_t)(7 + i), 0);
		for (unsigned k = 0; k < 200; k++)
			datagram(PEER, 1, US, (uint16_t)(7 + i), 10);
	}
	assert_int_equal(n.udp->held, n.udp->max_held);
	assert_true(n.stats.udp_drop_held > 0);
}

static void test_events_wait_for_room(void **state)
{
	ix_handle_t a = must_open(0, 7, 0), b = must_open(0, 8, 0);
	struct ix_event ev[4];
	uint32_t more;

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		datagram(PEER, 1, US, 7, i);
		datagram(PEER, 1, US, 8, i);
	}
	assert_int_equal(net_events(&n, ev, 2, &more), 2);
	assert_int_equal(more, 1);
	assert_true(ev[0].handle == a && ev[1].handle == a);
	assert_int_equal(net_events(&n, ev, 4, &more), 4);
	assert_int_equal(more, 0);
	assert_true(ev[0].handle == b && ev[3].handle == a);
	assert_int_equal(ev[3].len, 2);
	assert_int_equal(net_events(&n, ev, 4, &more), 0);
	assert_int_equal(net_events(&n, ev, 0, &more), 0);
}

/* A datagram in many mbufs, told in rounds of one event. */
static void test_pieces_survive_a_full_event_array(void **state)
{
	ix_handle_t h = must_open(0, 7, 0);
	struct ix_event ev[1];
	uint32_t k, at = 8, more;

	(void)state;
	fill(data, 5000);
	k = put_udp(l4, PEER, 1, US, 7, data, 5000);
	for (uint32_t off = 0; off < k; off += 1480) {
		uint32_t len = RTE_MIN(1480u, k - off);
		struct ipf f = { .src = PEER,
				 .dst = US,
				 .proto = 17,
				 .frag = (uint16_t)(off / 8) };

		f.frag |= off + len < k ? 0x2000 : 0;
		pkt_ip(&p, our_mac, peer_mac, f, l4 + off, len);
		rx(&p);
	}
	do {
		assert_int_equal(net_events(&n, ev, 1, &more), 1);
		assert_memory_equal((void *)(uintptr_t)ev[0].data, l4 + at,
				    ev[0].len);
		at += ev[0].len;
		assert_int_equal(ev[0].detail & IX_UDP_RECV_MORE, at < k);
		assert_int_equal(more, at < k);
		if (at < k) /* not whole yet: cannot be given back */
			assert_int_equal(udp_call_recv_done(&n, h, 1), -EINVAL);
	} while (at < k);
	assert_int_equal(udp_call_recv_done(&n, h, 1), 0);
}

static void test_broadcast_reaches_all(void **state)
{
	ix_handle_t a, b;
	struct ix_event ev[4];

	(void)state;
	a = must_open(0, 7, IX_LISTEN_REUSEPORT);
	b = must_open(0, 7, IX_LISTEN_REUSEPORT);
	must_open(US, 7, IX_LISTEN_REUSEPORT);
	datagram(PEER, 1, IP(10, 0, 0, 255), 7, 20);
	assert_int_equal(events(ev, 4), 2);
	assert_true(ev[0].handle != ev[1].handle);
	assert_int_equal(ev[1].lip, 0);
	assert_memory_equal((void *)(uintptr_t)ev[0].data, data, 20);
	assert_memory_equal((void *)(uintptr_t)ev[1].data, data, 20);
	datagram(PEER, 1, UINT32_MAX, 7, 20);
	assert_int_equal(events(ev, 4), 2);
	udp_call_recv_done(&n, a, 2);
	udp_call_recv_done(&n, b, 2);
	assert_int_equal(n.udp->held, 0);
}

/*
 * Sending
 */
static void expect_sent(uint16_t lport, uint16_t rport, uint32_t len,
			uint8_t ttl, uint8_t tos, uint16_t frag)
{
	uint32_t k = put_udp(l4, US, lport, PEER, rport, data, len);
	struct ipf f = { US, PEER, IPPROTO_UDP, ttl, tos, 0, frag };

	f.id = frag ? 0 : sent_ident();
	pkt_ip(&q, peer_mac, our_mac, f, l4, k);
	expect(&q);
}

static void test_send(void **state)
{
	ix_handle_t h = must_open(0, 5000, 0);

	(void)state;
	know_peer();
	fill(data, 1472);
	for (uint32_t len = 0; len <= 1472; len += 23) {
		assert_int_equal(send_to(h, PEER, 9, data, len, 0), len);
		expect_sent(5000, 9, len, 64, 0, 0);
	}
	udp_call_setopt(&n, h, IX_OPT_TTL, 3, 0);
	send_to(h, PEER, 9, data, 5, 0);
	expect_sent(5000, 9, 5, 3, 0, 0);
	udp_call_setopt(&n, h, IX_OPT_TOS, 0x10, 0);
	send_to(h, PEER, 9, data, 5, 0);
	expect_sent(5000, 9, 5, 3, 0x10, 0);
	expect_silence();
}

static void test_send_dontfrag(void **state)
{
	ix_handle_t h = must_open(0, 5000, 0);

	(void)state;
	know_peer();
	fill(data, 2000);
	assert_int_equal(send_to(h, PEER, 9, data, 1472, IX_UDP_DONTFRAG),
			 1472);
	expect_sent(5000, 9, 1472, 64, 0, 0x4000);
	assert_int_equal(send_to(h, PEER, 9, data, 1473, IX_UDP_DONTFRAG),
			 -EMSGSIZE);
}

static void test_send_the_largest(void **state)
{
	ix_handle_t h = must_open(0, 5000, 0);
	uint32_t k, at = 0;

	(void)state;
	know_peer();
	fill(data, 65507);
	assert_int_equal(send_to(h, PEER, 9, data, 65508, 0), -EMSGSIZE);
	assert_int_equal(send_to(h, PEER, 9, data, 65507, 0), 65507);
	k = put_udp(l4, US, 5000, PEER, 9, data, 65507);
	while (n.ntx) {
		tx_take(&q);
		assert_memory_equal(q.b + 34, l4 + at, q.len - 34);
		assert_int_equal((unsigned)(q.b[20] << 8 | q.b[21]),
				 at / 8 | (at + q.len - 34 < k ? 0x2000 : 0));
		at += q.len - 34;
	}
	assert_int_equal(at, k);
}

static int64_t send_how(ix_handle_t h, uint32_t len, uint16_t flags,
			uint16_t cut, uint32_t ttl_tos)
{
	struct ix_sg sg = { (uint64_t)(uintptr_t)data, len };
	struct ix_bsys b = { .handle = h,
			     .ip = addr_from_v4(PEER),
			     .rport = 9,
			     .count = 1,
			     .flags = flags,
			     .len = ttl_tos,
			     .lport = cut };

	return udp_call_sendv(&n, &b, &sg);
}

static void test_send_with_ttl_and_tos(void **state)
{
	ix_handle_t h = must_open(0, 5000, 0);

	(void)state;
	know_peer();
	udp_call_setopt(&n, h, IX_OPT_TOS, 0x10, 0);
	assert_int_equal(send_how(h, 5, 0, 0, 0x2000 | 9), 5);
	expect_sent(5000, 9, 5, 9, 0x10, 0); /* not said that it has one */
	assert_int_equal(send_how(h, 5, IX_UDP_TOS, 0, 0x2000 | 9), 5);
	expect_sent(5000, 9, 5, 9, 0x20, 0);
	assert_int_equal(send_how(h, 5, IX_UDP_TOS, 0, 0), 5);
	expect_sent(5000, 9, 5, 64, 0, 0);
	assert_int_equal(send_how(h, 5, 0, 0, 0), 5);
	expect_sent(5000, 9, 5, 64, 0x10, 0);
}

static void test_send_more(void **state)
{
	ix_handle_t h = must_open(0, 5000, 0);
	struct ix_bsys flush = { .handle = h };

	(void)state;
	know_peer();
	fill(data, 3000);
	assert_int_equal(send_how(h, 1000, IX_UDP_MORE, 0, 7), 1000);
	/* where it goes is decided by now */
	struct ix_sg sg = { (uint64_t)(uintptr_t)data + 1000, 400 };
	struct ix_bsys b = { .handle = h,
			     .ip = addr_from_v4(IP(8, 8, 8, 8)),
			     .count = 1,
			     .flags = IX_UDP_MORE,
			     .len = 9 };
	assert_int_equal(udp_call_sendv(&n, &b, &sg), 400);
	expect_silence();
	sg.base += 400;
	sg.len = 72;
	b.flags = 0;
	assert_int_equal(udp_call_sendv(&n, &b, &sg), 72);
	expect_sent(5000, 9, 1472, 7, 0, 0);
	/* nothing more comes */
	assert_int_equal(send_how(h, 0, IX_UDP_MORE, 0, 0), 0);
	assert_int_equal(send_how(h, 33, IX_UDP_MORE, 0, 0), 33);
	assert_int_equal(udp_call_sendv(&n, &flush, NULL), 0);
	expect_sent(5000, 9, 33, 64, 0, 0);
	assert_int_equal(n.udp->held, 0);
}

/* A call that cannot be done takes with it what was kept. */
static void test_send_more_refusals(void **state)
{
	ix_handle_t h = must_open(0, 5000, 0);

	(void)state;
	know_peer();
	fill(data, 65507);
	assert_int_equal(send_how(h, 40000, IX_UDP_MORE, 0, 0), 40000);
	assert_true(n.udp->held > 0);
	assert_int_equal(send_how(h, 40000, IX_UDP_MORE, 0, 0), -EMSGSIZE);
	assert_int_equal(n.udp->held, 0);
	assert_int_equal(send_how(h, 1000, IX_UDP_DONTFRAG | IX_UDP_MORE, 0, 0),
			 1000);
	assert_int_equal(send_how(h, 473, 0, 0, 0), -EMSGSIZE);
	assert_int_equal(send_how(h, 5, 0, 0, 0), 5);
	expect_sent(5000, 9, 5, 64, 0, 0);
	/* held is bounded, and what is kept goes with the port */
	for (uint16_t i = 0; i < 60; i++)
		send_how(must_open(0, (uint16_t)(6000 + i), 0), 60000,
			 IX_UDP_MORE, 0, 0);
	assert_true(n.udp->held <= n.udp->max_held);
	send_how(h, 40000, IX_UDP_MORE, 0, 0);
	udp_call_close(&n, h);
}

static void test_send_cut(void **state)
{
	ix_handle_t h = must_open(0, 5000, 0);

	(void)state;
	know_peer();
	fill(data, 1000); /* the same in each datagram */
	memcpy(data + 1000, data, 1000);
	memcpy(data + 2000, data, 500);
	assert_int_equal(send_how(h, 2500, 0, 1000, 0), 2500);
	expect_sent(5000, 9, 1000, 64, 0, 0);
	expect_sent(5000, 9, 1000, 64, 0, 0);
	expect_sent(5000, 9, 500, 64, 0, 0);
	assert_int_equal(send_how(h, 1000, 0, 1000, 0), 1000);
	expect_sent(5000, 9, 1000, 64, 0, 0);
	/* of several calls */
	memset(data, 5, 1000);
	assert_int_equal(send_how(h, 700, IX_UDP_MORE, 1000, 0), 700);
	assert_int_equal(send_how(h, 1, IX_UDP_MORE, 0, 0), 1);
	assert_int_equal(send_how(h, 300, 0, 0, 0), 300);
	expect_sent(5000, 9, 1000, 64, 0, 0);
	expect_sent(5000, 9, 1, 64, 0, 0);
	/* as Linux refuses it */
	assert_int_equal(send_how(h, 2000, 0, 1473, 0), -EINVAL);
	assert_int_equal(send_how(h, 129, 0, 1, 0), -EINVAL);
	assert_int_equal(send_how(h, 128, 0, 1, 0), 128);
	assert_int_equal(n.ntx, 128);
	while (n.ntx)
		rte_pktmbuf_free(tx_pop());
	assert_int_equal(send_how(h, 100, IX_UDP_NO_CKSUM, 50, 0), -EINVAL);
	expect_silence();
}

static void test_send_without_a_checksum(void **state)
{
	ix_handle_t h = must_open(0, 5000, 0);

	(void)state;
	know_peer();
	fill(data, 3000);
	assert_int_equal(send_how(h, 100, IX_UDP_NO_CKSUM, 0, 0), 100);
	tx_take(&q);
	assert_int_equal(q.b[40] | q.b[41], 0);
	assert_int_equal(send_how(h, 3000, IX_UDP_NO_CKSUM, 0, 0), 3000);
	tx_take(&q);
	assert_int_equal(q.b[40] | q.b[41], 0);
	while (n.ntx)
		rte_pktmbuf_free(tx_pop());
	assert_int_equal(send_how(h, 100, 0, 0, 0), 100);
	expect_sent(5000, 9, 100, 64, 0, 0);
}

static void test_what_an_arrival_tells(void **state)
{
	ix_handle_t h = must_open(0, 7, 0);
	struct ix_event ev[4];
	uint32_t at = (uint32_t)(n.now >> 10), k;

	(void)state;
	udp_call_setopt(&n, h, IX_OPT_RCVBUF, 0, 0);
	k = put_udp(l4, PEER, 1, US, 7, data, 1400);
	pkt_ip(&p, our_mac, peer_mac,
	       (struct ipf){ .src = PEER,
			     .dst = US,
			     .proto = IPPROTO_UDP,
			     .ttl = 77,
			     .tos = 0xb8 },
	       l4, k);
	for (unsigned i = 0; i < 4; i++)
		rx(&p);
	n.now += 5 * MS; /* it waits */
	assert_int_equal(events(ev, 4), 1);
	assert_int_equal(IX_UDP_RECV_TTL(ev[0].detail), 77);
	assert_int_equal(IX_UDP_RECV_TOS(ev[0].detail), 0xb8);
	assert_int_equal(ev[0].window, at);
	assert_int_equal(ev[0].err, 0);
	udp_call_recv_done(&n, h, 1);
	rx(&p);
	assert_int_equal(events(ev, 4), 1);
	assert_int_equal(ev[0].window, (uint32_t)(n.now >> 10));
	assert_int_equal(ev[0].err, 3);
	udp_call_recv_done(&n, h, 1);
	rx(&p);
	assert_int_equal(events(ev, 4), 1);
	assert_int_equal(ev[0].err, 0);
}

/* An ICMP error about a datagram of port 7 to PEER:9 with these bytes. */
static void report(uint8_t type, uint8_t code, uint16_t mtu, const char *bytes)
{
	static struct pkt inner;
	static uint8_t icmp[600];
	uint32_t k =
		put_udp(l4, US, 7, PEER, 9, bytes, (uint32_t)strlen(bytes));

	pkt_ip(&inner, peer_mac, our_mac,
	       (struct ipf){ .src = US, .dst = PEER, .proto = IPPROTO_UDP }, l4,
	       k);
	put16(inner.b + 16, 1500); /* the datagram was longer */
	k = put_icmp(icmp, type, code, mtu, inner.b + 14, 20 + k);
	pkt_ip(&p, our_mac, peer_mac,
	       (struct ipf){ .src = IP(10, 0, 0, 99),
			     .dst = US,
			     .proto = IPPROTO_ICMP,
			     .ttl = 63 },
	       icmp, k);
	rx(&p);
}

static void expect_error(const struct ix_event *ev, int err, uint8_t code,
			 uint32_t mtu, const char *bytes)
{
	const struct ix_udp_error *what = (void *)(uintptr_t)ev->data;

	assert_int_equal(ev->type, IX_EV_UDP_SENT);
	assert_int_equal(ev->err, err);
	assert_int_equal(ev->rport, 9);
	assert_true(addr_v4(&ev->ip) == PEER);
	assert_int_equal(ev->len, sizeof(*what) + strlen(bytes));
	assert_true(addr_v4(&what->from) == IP(10, 0, 0, 99));
	assert_int_equal(what->type, 3);
	assert_int_equal(what->code, code);
	assert_int_equal(what->mtu, mtu);
	assert_int_equal(what->ttl, 63);
	assert_memory_equal(what + 1, bytes, strlen(bytes));
}

static void test_errors_in_full(void **state)
{
	ix_handle_t h = must_open(0, 7, 0);
	struct ix_event ev[80];

	(void)state;
	report(3, 1, 0, "soft");
	assert_int_equal(events(ev, 4), 0);
	udp_call_setopt(&n, h, IX_OPT_RECVERR, 1, 0);
	report(3, 1, 0, "soft");
	report(3, 3, 0, "refused");
	report(3, 4, 1400, "large");
	datagram(PEER, 9, US, 7, 5);
	assert_int_equal(events(ev, 4), 4);
	expect_error(&ev[0], EHOSTUNREACH, 1, 0, "soft");
	expect_error(&ev[1], ECONNREFUSED, 3, 0, "refused");
	expect_error(&ev[2], EMSGSIZE, 4, 1400, "large");
	assert_int_equal(ev[3].type, IX_EV_UDP_RECV);
	assert_int_equal(n.udp->held, 4);
	assert_int_equal(events(ev, 4), 0);
	assert_int_equal(n.udp->held, 1); /* the datagram */
	for (unsigned i = 0; i < UDP_ERRORS_MAX + 5; i++)
		report(3, 3, 0, "x");
	assert_int_equal(events(ev, 80), UDP_ERRORS_MAX);
	assert_int_equal(n.stats.udp_errors_lost, 1 + 5);
	report(3, 3, 0, "never told");
	udp_call_close(&n, h);
}

/* What a router said bounds what leaves in one piece, unless told otherwise. */
static void test_path_mtu(void **state)
{
	ix_handle_t h = must_open(0, 7, 0);
	struct ix_event ev[4];

	(void)state;
	know_peer();
	fill(data, 1472);
	assert_int_equal(send_how(h, 1472, 0, 0, 0), 1472);
	expect_sent(7, 9, 1472, 64, 0, 0);
	report(3, 4, 1000, "x"); /* a lie: routers cut these */
	assert_int_equal(events(ev, 4), 0);
	fill(data, 1472);
	assert_int_equal(send_how(h, 1472, IX_UDP_DONTFRAG, 0, 0), 1472);
	expect_sent(7, 9, 1472, 64, 0, 0x4000);
	report(3, 4, 1000, "x");
	assert_int_equal(events(ev, 4), 1);
	assert_int_equal(ev[0].err, EMSGSIZE);
	fill(data, 1472);
	assert_int_equal(send_how(h, 973, IX_UDP_DONTFRAG, 0, 0), -EMSGSIZE);
	assert_int_equal(send_how(h, 973, IX_UDP_WHOLE, 0, 5), -EMSGSIZE);
	assert_int_equal(send_how(h, 972, IX_UDP_WHOLE, 0, 0), 972);
	expect_sent(7, 9, 972, 64, 0, 0);
	assert_int_equal(send_how(h, 1472, IX_UDP_DONTFRAG | IX_UDP_DEV_MTU, 0,
				  0),
			 1472);
	expect_sent(7, 9, 1472, 64, 0, 0x4000);
	assert_int_equal(send_how(h, 1473, IX_UDP_WHOLE | IX_UDP_DEV_MTU, 0, 0),
			 -EMSGSIZE);
	report(3, 4, 68, "x"); /* nobody's network is that narrow */
	assert_int_equal(events(ev, 4), 1);
	assert_int_equal(send_how(h, 524, IX_UDP_DONTFRAG, 0, 0), 524);
	rte_pktmbuf_free(tx_pop());
	assert_int_equal(send_how(h, 525, IX_UDP_DONTFRAG, 0, 0), -EMSGSIZE);
}

/* As often as one likes: nobody else is bothered. */
static void test_refused_by_loopback(void **state)
{
	ix_handle_t h;
	struct ix_event ev[4];

	(void)state;
	sh.info.loopback = 1;
	h = must_open(0, 5000, 0);
	for (unsigned i = 0; i < 200; i++) {
		send_to(h, IP(127, 0, 0, 1), 5001, data, 10, 0);
		net_input_loop(&n);
		net_input_loop(&n);
		assert_int_equal(events(ev, 4), 1);
		assert_int_equal(ev[0].type, IX_EV_UDP_SENT);
		assert_int_equal(ev[0].err, ECONNREFUSED);
		assert_int_equal(ev[0].rport, 5001);
	}
	assert_int_equal(n.stats.icmp_error_limited, 0);
}

static void test_send_to_ourselves(void **state)
{
	ix_handle_t h = must_open(0, 5000, 0);
	struct ix_event ev[64];
	uint32_t at = 0;
	unsigned k;

	(void)state;
	fill(data, 60000);
	assert_int_equal(send_to(h, US, 5000, data, 60000, 0), 60000);
	net_input_loop(&n);
	k = events(ev, 64);
	for (unsigned i = 0; i < k; i++) {
		assert_memory_equal((void *)(uintptr_t)ev[i].data, data + at,
				    ev[i].len);
		at += ev[i].len;
	}
	assert_int_equal(at, 60000);
	udp_call_recv_done(&n, h, 1);
	/* nobody there: the error comes back to the port */
	send_to(h, US, 5001, data, 10, 0);
	net_input_loop(&n);
	net_input_loop(&n);
	assert_int_equal(events(ev, 4), 1);
	assert_int_equal(ev[0].err, ECONNREFUSED);
	assert_int_equal(ev[0].rport, 5001);
}

static void test_send_refusals(void **state)
{
	ix_handle_t h = must_open(0, 5000, 0);
	struct ix_bsys b = {
		.handle = h, .ip = addr_from_v4(PEER), .rport = 9, .opt = 2
	};

	(void)state;
	know_peer();
	assert_int_equal(send_to(h, PEER, 0, data, 1, 0), -EINVAL);
	assert_int_equal(send_to(h, PEER, 9, data, 1, 0x100), -EINVAL);
	assert_int_equal(send_to(h, IP(8, 8, 8, 8), 9, data, 1, 0),
			 -ENETUNREACH);
	assert_int_equal(udp_call_sendv(&n, &b, NULL), -EINVAL);
	struct ix_sg sg[2] = { { 0, UINT64_MAX }, { 0, 1 } };
	b.opt = 0;
	b.count = 2;
	assert_int_equal(udp_call_sendv(&n, &b, sg), -EMSGSIZE);
	while (net_tx_room(&n))
		assert_int_equal(send_to(h, PEER, 9, data, 1, 0), 1);
	assert_int_equal(send_to(h, PEER, 9, data, 1, 0), -EAGAIN);
	while (n.ntx)
		rte_pktmbuf_free(tx_pop());
}

static void test_chosen_source(void **state)
{
	ix_handle_t h = must_open(0, 5000, 0);
	struct ix_bsys b = { .handle = h,
			     .ip = addr_from_v4(PEER),
			     .rport = 9 };
	uint32_t src;

	(void)state;
	know_peer();
	set_addr(1, IP(10, 0, 0, 3), 24, 0);
	for (uint16_t opt = 0; opt < 3; opt++) {
		b.opt = opt;
		assert_int_equal(udp_call_sendv(&n, &b, NULL), 0);
		tx_take(&q);
		memcpy(&src, q.b + 26, 4);
		assert_true(src == (opt == 2 ? IP(10, 0, 0, 3) : US));
	}
}

/* The holder died in the middle: ports live, what they held is gone. */
static void test_recovery(void **state)
{
	ix_handle_t h = must_open(0, 7, 0), closed = must_open(0, 8, 0);
	struct ip_path path = { .dst = addr_from_v4(US) };
	struct rte_mbuf *m;
	struct ix_event ev[4];

	(void)state;
	udp_call_close(&n, closed);
	datagram(PEER, 1, US, 7, 1);
	datagram(PEER, 1, US, 7, 1);
	assert_int_equal(events(ev, 1), 1);
	send_to(h, PEER, 9, data, 1, 0); /* waits for ARP */
	m = net_alloc(&n);
	ip_output(&n, m, &path, IPPROTO_ICMP, 0);
	n.udp->bucket[7].lh_first = (void *)1;
	n.udp->ready.tqh_last = NULL;
	sh.lock = 1;
	net_recover(&n);
	assert_int_equal(pool_reset(rx_pool.mp, NULL, 0), 0);
	assert_int_equal(pool_reset(tx_pool.mp, NULL, 0), 0);
	assert_int_equal(sh.lock, 0);
	assert_int_equal(n.wheel.armed, 0);
	assert_int_equal(events(ev, 4), 0);
	assert_int_equal(udp_call_recv_done(&n, h, 1), -EINVAL);
	datagram(PEER, 1, US, 7, 1);
	assert_int_equal(events(ev, 4), 1);
	assert_true(ev[0].handle == h);
	must_open(0, 8, 0);
	assert_int_equal(net_input_loop(&n), 0);
}

static void test_options(void **state)
{
	ix_handle_t h = must_open(0, 7, 0);
	struct ix_event ev[1];

	(void)state;
	for (uint16_t o = 0; o < IX_OPT_MAX; o++) {
		int known = o == IX_OPT_TTL || o == IX_OPT_TOS ||
			    o == IX_OPT_RCVBUF || o == IX_OPT_COOKIE ||
			    o == IX_OPT_RECVERR || o == IX_OPT_SCOPE ||
			    o == IX_OPT_SHARE;

		assert_int_equal(udp_call_setopt(&n, h, o, 1, 5),
				 known ? 0 : -ENOPROTOOPT);
	}
	assert_int_equal(udp_call_setopt(&n, h, IX_OPT_TTL, 256, 0), -EINVAL);
	assert_int_equal(udp_call_setopt(&n, h, IX_OPT_TOS, 256, 0), -EINVAL);
	assert_int_equal(udp_call_setopt(&n, h, IX_OPT_SCOPE, IX_SCOPE_ANY, 0),
			 0);
	datagram(PEER, 1, US, 7, 1);
	assert_int_equal(events(ev, 1), 1);
	assert_int_equal(ev[0].cookie, 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ENV_TEST(test_receive),
		ENV_TEST(test_empty_datagram_is_an_event),
		ENV_TEST(test_zero_checksum_is_none),
		ENV_TEST(test_length_field),
		ENV_TEST(test_address_outweighs_any),
		ENV_TEST(test_reuseport_spreads_and_is_stable),
		ENV_TEST(test_bind_refusals),
		ENV_TEST(test_ephemeral),
		ENV_TEST(test_stale_handles),
		ENV_TEST(test_rcvbuf_bounds),
		ENV_TEST(test_held_is_bounded),
		ENV_TEST(test_events_wait_for_room),
		ENV_TEST(test_pieces_survive_a_full_event_array),
		ENV_TEST(test_broadcast_reaches_all),
		ENV_TEST(test_send),
		ENV_TEST(test_send_dontfrag),
		ENV_TEST(test_send_the_largest),
		ENV_TEST(test_send_with_ttl_and_tos),
		ENV_TEST(test_send_more),
		ENV_TEST(test_send_more_refusals),
		ENV_TEST(test_send_cut),
		ENV_TEST(test_send_without_a_checksum),
		ENV_TEST(test_what_an_arrival_tells),
		ENV_TEST(test_errors_in_full),
		ENV_TEST(test_path_mtu),
		ENV_TEST(test_refused_by_loopback),
		ENV_TEST(test_send_to_ourselves),
		ENV_TEST(test_send_refusals),
		ENV_TEST(test_chosen_source),
		ENV_TEST(test_recovery),
		ENV_TEST(test_options),
	};

	return cmocka_run_group_tests(tests, env_start, env_stop);
}
