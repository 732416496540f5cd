// SPDX-License-Identifier: MIT
/*
 * test_flow.c - hash, groups, rings, and what is chosen by them
 */
#include "tcp_test.h"

#include <rte_thash.h>

#include "net/flow/flow.h"

#define THREADS 3

static struct host host[THREADS];
static struct arena arena;
static struct net_shared shared;

static const uint8_t key[40] = {
	0x6d, 0x5a, 0x56, 0xda, 0x25, 0x5b, 0x0e, 0xc2, 0x41, 0x67,
	0x25, 0x3d, 0x43, 0xa3, 0x8f, 0xb0, 0xd0, 0xca, 0x2b, 0xcb,
	0xae, 0x7b, 0x30, 0xb4, 0x77, 0xcb, 0x2d, 0xa3, 0x80, 0x30,
	0xf2, 0x0c, 0x6a, 0x42, 0xb7, 0x3b, 0xbe, 0xac, 0x01, 0xfa
};

static void test_output(struct net *n, struct rte_mbuf *m,
			const struct ip_path *p)
{
	(void)n;
	(void)p;
	rte_pktmbuf_free(m);
}

static int setup(void **state)
{
	unsigned i;

	(void)state;
	memset(&shared, 0, sizeof(shared));
	assert_int_equal(arena_create(&arena, "flow", flow_arena_size(THREADS)),
			 0);
	memcpy(shared.hash_key, key, sizeof(key));
	shared.info.nethreads = THREADS;
	assert_int_equal(flow_init(&shared, &arena, THREADS, 0), 0);
	for (i = 0; i < THREADS; i++) {
		host_init(&host[i], US, 4096, 7 + i);
		host[i].sh.flow = shared.flow;
		host[i].sh.info.nethreads = THREADS;
		host[i].n.id = i;
	}
	return 0;
}

static int teardown(void **state)
{
	unsigned i;

	(void)state;
	for (i = 0; i < THREADS; i++)
		host_fini(&host[i]);
	arena_destroy(&arena);
	pool_is_empty();
	return 0;
}

/* Vectors of Microsoft's RSS verification suite. */
static void test_hash_of_the_suite(void **state)
{
	struct ix_addr a = addr_from_v4(IP4(66, 9, 149, 187));
	struct ix_addr b = addr_from_v4(IP4(161, 142, 100, 80));
	struct ix_addr c = { { 0x3f, 0xfe, 0x25, 0x01, 0x02, 0x00, 0x1f, 0xff,
			       0, 0, 0, 0, 0, 0, 0, 7 } };
	struct ix_addr d = { { 0x3f, 0xfe, 0x25, 0x01, 0x02, 0x00, 0x00, 0x03,
			       0, 0, 0, 0, 0, 0, 0, 1 } };

	(void)state;
	assert_int_equal(flow_hash(shared.flow, &a, &b, 2794, 1766),
			 0x51ccc178);
	assert_int_equal(flow_hash(shared.flow, &a, &b, 0, 0), 0x323e8fc2);
	assert_int_equal(flow_hash(shared.flow, &c, &d, 2794, 1766),
			 0x40207d3d);
}

static void test_hash_is_that_of_dpdk(void **state)
{
	unsigned i;

	(void)state;
	for (i = 0; i < 1000; i++) {
		uint32_t src = (uint32_t)rand(), dst = (uint32_t)rand();
		uint16_t sport = (uint16_t)rand(), dport = (uint16_t)rand();
		uint32_t tuple[3] = { src, dst, (uint32_t)sport << 16 | dport };
		struct ix_addr s = addr_from_v4(rte_cpu_to_be_32(src));
		struct ix_addr d = addr_from_v4(rte_cpu_to_be_32(dst));

		assert_int_equal(flow_hash(shared.flow, &s, &d, sport, dport),
				 rte_softrss(tuple, 3, key));
	}
}

static void test_groups(void **state)
{
	struct net_shared sh = { 0 };
	struct arena a;

	(void)state;
	assert_int_equal(flow_groups(&shared, 0), 43);
	assert_int_equal(flow_groups(&shared, 1), 43);
	assert_int_equal(flow_groups(&shared, 2), 42);
	assert_int_equal(arena_create(&a, "flow", flow_arena_size(2)), 0);
	assert_int_equal(flow_init(&sh, &a, 2, 100), -EINVAL);
	assert_int_equal(flow_init(&sh, &a, 2, 1024), -EINVAL);
	assert_int_equal(flow_init(&sh, &a, 1, 0), 0);
	assert_null(sh.flow);
	assert_int_equal(flow_init(&sh, &a, 2, 512), 0);
	assert_int_equal(flow_groups(&sh, 1), 256);
	arena_destroy(&a);
}

/*
 * Rings
 */
static struct rte_mbuf *make(uint32_t number, uint32_t len)
{
	struct rte_mbuf *m = rte_pktmbuf_alloc(test_pool), *last = m;
	uint32_t i, part;

	assert_non_null(m);
	m->pkt_len = len;
	for (i = 0; i < len; i += part) {
		part = RTE_MIN(len - i, 1500u);
		memset(rte_pktmbuf_mtod(last, void *), (int)(number & 0xff),
		       part);
		last->data_len = (uint16_t)part;
		if (i + part == len)
			break;
		last->next = rte_pktmbuf_alloc(test_pool);
		last = last->next;
		m->nb_segs++;
	}
	return m;
}

static void take(struct flow_ring *r, uint32_t number, uint32_t len)
{
	const struct flow_rec *rec = flow_next(r);
	uint32_t i;

	assert_non_null(rec);
	assert_int_equal(rec->kind, FLOW_FRAME);
	assert_int_equal(rec->len, len);
	for (i = 0; i < len; i++)
		assert_int_equal(rec->data[i], number & 0xff);
	flow_done(r, rec);
}

static void test_ring_keeps_order_and_bytes(void **state)
{
	struct flow_ring *r = shared.flow->ring[1][0];
	uint32_t len[4096], put = 0, got = 0;

	(void)state;
	while (got < RTE_DIM(len)) {
		uint32_t burst = (uint32_t)rand() % 40;

		for (; burst && put < RTE_DIM(len); burst--, put++) {
			len[put] = 1 + (uint32_t)rand() % 9000;
			flow_send(&host[0].n, 1, FLOW_FRAME, 0, NULL,
				  make(put, len[put]));
		}
		for (burst = (uint32_t)rand() % 40; burst && got < put; burst--)
			take(r, got, len[got]), got++;
		if (put - got > 60)
			for (; got < put; got++)
				take(r, got, len[got]);
	}
	assert_null(flow_next(r));
	assert_int_equal(host[0].n.stats.flow_drop_full, 0);
	assert_int_equal(host[0].n.stats.flow_tx, RTE_DIM(len));
	assert_int_equal(host[0].n.handed_to, 1u << 1);
}

/* What is too much is dropped, but for the news that a flow has ended. */
static void test_full_ring(void **state)
{
	struct flow_ring *r = shared.flow->ring[1][0];
	struct ix_addr a = addr_from_v4(PEER);
	const struct flow_rec *rec;
	unsigned sent = 0, i;

	(void)state;
	while (!host[0].n.stats.flow_drop_full) {
		flow_send(&host[0].n, 1, FLOW_FRAME, 0, NULL, make(1, 1000));
		sent++;
	}
	assert_in_range(sent, 850, 1000);
	for (i = 0; i < 1000; i++)
		flow_send_end(&host[0].n, 1, &a, &a, 1, 2);
	assert_int_equal(host[0].n.stats.flow_drop_full, 1);
	for (i = 0; i + 1 < sent; i++)
		take(r, 1, 1000);
	for (i = 0; i < 1000; i++) {
		rec = flow_next(r);
		assert_int_equal(rec->kind, FLOW_END);
		assert_int_equal(rec->dport, 2);
		flow_done(r, rec);
	}
	assert_null(flow_next(r));
	flow_send(&host[0].n, 1, FLOW_FRAME, 0, NULL, make(9, 64));
	take(r, 9, 64);
}

/* A writer that is killed before it publishes has written nothing. */
static void test_killed_writer(void **state)
{
	struct flow_ring *r = shared.flow->ring[2][0];
	uint64_t tail;

	(void)state;
	flow_send(&host[0].n, 2, FLOW_FRAME, 0, NULL, make(3, 100));
	tail = r->tail;
	flow_send(&host[0].n, 2, FLOW_FRAME, 0, NULL, make(4, 200));
	r->tail = tail;
	take(r, 3, 100);
	assert_null(flow_next(r));
	flow_send(&host[0].n, 2, FLOW_FRAME, 0, NULL, make(5, 300));
	take(r, 5, 300);
}

/*
 * Ports
 */
static int try_connect(struct net *n, uint16_t lport, struct ix_bsys *b)
{
	*b = (struct ix_bsys){ .nr = IX_BSYS_CONNECT,
			       .ip = addr_from_v4(PEER),
			       .rport = 80,
			       .lport = lport,
			       .cookie = 1 };
	return tcp_call_connect(n, b);
}

static void end(struct net *n, ix_handle_t h)
{
	struct ix_event ev[4];
	uint32_t more;

	assert_int_equal(tcp_call_close(n, h, IX_CLOSE_RST), 0);
	tcp_events(n, ev, 4, &more);
}

static uint32_t owner_of(uint16_t lport)
{
	struct ix_addr peer = addr_from_v4(PEER), us = addr_from_v4(US);

	return flow_owner(shared.flow, &peer, &us, 80, lport);
}

static void test_own_ports_hash_to_the_own_thread(void **state)
{
	struct ix_bsys b;
	unsigned i, k;

	(void)state;
	for (i = 0; i < THREADS; i++)
		for (k = 0; k < 200; k++) {
			assert_int_equal(try_connect(&host[i].n, 0, &b), 0);
			assert_int_equal(owner_of(b.lport), i);
			end(&host[i].n, b.handle);
		}
}

static void test_a_given_port_has_its_thread(void **state)
{
	struct ix_bsys b;
	uint32_t owner;
	uint16_t port;
	unsigned i;

	(void)state;
	for (port = 2000; port < 2100; port++) {
		owner = owner_of(port);
		for (i = 0; i < THREADS; i++)
			if (i != owner)
				assert_int_equal(try_connect(&host[i].n, port,
							     &b),
						 -EXDEV);
		assert_int_equal(try_connect(&host[owner].n, port, &b), 0);
		assert_int_equal(b.lport, port);
		end(&host[owner].n, b.handle);
	}
}

static void test_udp_ports_have_one_thread(void **state)
{
	struct net *n = &host[0].n, *other = &host[1].n;

	(void)state;
	assert_int_equal(flow_udp(shared.flow, 53), 0);
	assert_int_equal(flow_udp_claim(n, 53), 0);
	assert_int_equal(flow_udp_claim(n, 53), 0);
	assert_int_equal(flow_udp_claim(other, 53), -EXDEV);
	assert_int_equal(flow_udp(shared.flow, 53), 1);
	flow_udp_release(n, 53);
	assert_int_equal(flow_udp_claim(other, 53), 0);
	assert_int_equal(flow_udp(shared.flow, 53), 2);
	flow_udp_release(other, 53);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_hash_of_the_suite),
		TEST(test_hash_is_that_of_dpdk),
		TEST(test_groups),
		TEST(test_ring_keeps_order_and_bytes),
		TEST(test_full_ring),
		TEST(test_killed_writer),
		TEST(test_own_ports_hash_to_the_own_thread),
		TEST(test_a_given_port_has_its_thread),
		TEST(test_udp_ports_have_one_thread),
	};

	if (test_eal() < 0)
		return 1;
	srand(1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
