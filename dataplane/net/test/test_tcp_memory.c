// SPDX-License-Identifier: MIT
/*
 * test_tcp_memory.c - what a peer can make the receiver hold
 *
 * The window counts bytes, a segment takes an mbuf: each test sends as little
 * in as many segments as it can.
 */
#include "tcp_peer.h"

#define DATA (TH_ACK | TH_PSH)
/* of 64 KB of window: what may be held of it, as mbufs of 2 KB */
#define HELD (TCP_RCVBUF * 3 / 2048 + TCP_COALESCE_SEGS)

static void data(uint32_t seq, uint32_t len)
{
	rx(DATA, seq, 1, len);
}

static void drain(void)
{
	tcp_output_pending(n);
	out[0] = 0;
}

static unsigned mbufs(void)
{
	return rte_mempool_in_use_count(test_pool) - pool_base;
}

static void check_held(void)
{
	assert_true(n->tcp->rx_held <= HELD);
	assert_int_equal(mbufs(), n->tcp->rx_held);
}

static void read_all(uint32_t bytes)
{
	events(); /* compares each byte */
	assert_int_equal(rx_undone, bytes);
	t_done(bytes);
	assert_int_equal(n->tcp->rx_held, 0);
	assert_int_equal(mbufs(), 0);
}

static void fini(void)
{
	pass(SEC);
	drain();
	t_fini();
}

/* A byte at a time, and nobody reads. */
static void test_in_order(void **state)
{
	uint32_t i;

	(void)state;
	t_init();
	t_established();
	for (i = 1; i <= 60000; i++) {
		data(i, 1);
		drain();
	}
	check_held();
	assert_int_equal(p->rcv_nxt - irs, 60001);
	read_all(60000);
	fini();
}

enum order { UP, DOWN, EVEN_ODD, BY_TENS, ORDERS };

/* Byte i of count in some order; the first, which fills the hole, is left. */
static uint32_t place(enum order order, uint32_t i, uint32_t count)
{
	if (order == UP)
		return i;
	if (order == DOWN)
		return count - 1 - i;
	if (order == EVEN_ODD) /* 32 runs, then one */
		return i / 64 * 64 +
		       (i % 64 < 32 ? i % 64 * 2 : (i % 64 - 32) * 2 + 1);
	return i / 100 * 100 + i % 10 * 10 + i / 10 % 10;
}

static void test_out_of_order(void **state)
{
	const uint32_t count = 59200;
	uint32_t order, i;

	(void)state;
	for (order = 0; order < ORDERS; order++) {
		t_init();
		t_established();
		for (i = 0; i < count; i++) {
			data(2 + place(order, i, count), 1);
			drain();
		}
		check_held();
		assert_int_equal(n->stats.tcp_drop_ooo_full, 0);
		data(1, 1);
		drain();
		check_held();
		assert_int_equal(p->rcv_nxt - irs, count + 2);
		read_all(count + 1);
		fini();
	}
}

/* Byte 2, then byte 1, and so on: each pair is in order at once. */
static void test_pairs(void **state)
{
	uint32_t i;

	(void)state;
	t_init();
	t_established();
	for (i = 1; i < 60000; i += 2) {
		data(i + 1, 1);
		data(i, 1);
		drain();
	}
	check_held();
	read_all(60000);
	fini();
}

/* Large segments of which one byte is new. */
static void test_overlapping(void **state)
{
	uint32_t i;

	(void)state;
	t_init();
	t_established();
	data(1, 1400);
	for (i = 1; i <= 20000; i++) {
		data(1 + i, 1400);
		drain();
	}
	check_held();
	read_all(21400);
	data(30001, 1400);
	for (i = 1; i <= 20000; i++) {
		data(30001 + i, 1400);
		drain();
	}
	check_held();
	for (i = 21401; i < 30001; i += 100)
		data(i, 100);
	drain();
	read_all(30000);
	fini();
}

/* Whole segments behind a hole, as far as the window goes: all are kept. */
/* However large the buffer, no more is offered than there is memory for: a peer
 * that sends what it may meets a window of 0, and no loss. */
static void test_offered_is_kept(void **state)
{
	uint32_t seq = 1;

	(void)state;
	with = TO_WS;
	peer_wscale = 7;
	t_init();
	t_connect();
	t_opt(IX_OPT_RCVBUF, 7 << 20);
	rx(TH_SYN | TH_ACK, 0, 1, 0);
	expect("A1.1", "C0");
	while (seq + 1060 <= p->rcv_adv - irs) {
		data(seq, 1060); /* packs worst */
		drain();
		seq += 1060;
	}
	assert_int_equal(n->stats.tcp_drop_mem, 0);
	assert_true(seq > 100000 && seq < 6 << 20);
	assert_int_equal(p->rcv_nxt - irs, seq);
	read_all(seq - 1);
	drain();
	assert_true(p->rcv_adv - p->rcv_nxt > 100000); /* and opens again */
	fini();
}

static void test_large_window(void **state)
{
	uint32_t seq;

	(void)state;
	with = TO_WS;
	peer_wscale = 7;
	t_init();
	t_connect();
	t_opt(IX_OPT_RCVBUF, 1 << 20);
	rx(TH_SYN | TH_ACK, 0, 1, 0);
	expect("A1.1", "C0");
	data(1, 1000);
	tcp_output_pending(n);
	events();
	for (seq = 2001; seq + 1060 < 1000000; seq += 1060) { /* packs worst */
		data(seq, 1060);
		drain();
	}
	assert_int_equal(n->stats.tcp_drop_ooo_full, 0);
	assert_int_equal(n->stats.tcp_ooo_pruned, 0);
	data(1001, 1000);
	drain();
	assert_int_equal(n->stats.tcp_drop_mem, 0);
	events();
	assert_int_equal(rx_undone, seq - 1);
	t_done(rx_undone);
	fini();
}

/*
 * Several connections
 */
#define PEERS 6

static struct {
	ix_handle_t h;
	uint32_t iss;
} conn[PEERS];

static void open_conns(void)
{
	uint16_t i;

	t_init();
	t_listen(PEERS);
	with = TO_WS | TO_SACKOK;
	peer_wscale = 7;
	assert_int_equal(tcp_call_setopt(n, lh, IX_OPT_RCVBUF, 7 << 20, 0), 0);
	for (i = 0; i < PEERS; i++) {
		rx_from_port((uint16_t)(100 + i), TH_SYN, 0, 0, 0);
		drain();
		rx_from_port((uint16_t)(100 + i), TH_ACK, 1, 1, 0);
		expect("", "K");
		assert_int_equal(tcp_call_accept(n, h, i), 0);
		conn[i].h = h;
		conn[i].iss = iss;
		/* once it has sent, its window is open wide */
		rx_from_port((uint16_t)(100 + i), DATA, 1, 1, 10);
		drain();
		rx_stream = 1;
		events();
		assert_int_equal(tcp_call_recv_done(n, h, 10), 0);
	}
	drain();
}

static void close_conns(void)
{
	unsigned i;

	for (i = 0; i < PEERS; i++)
		tcp_call_close(n, conn[i].h, IX_CLOSE_RST);
	h = 0;
	drain();
	events();
	t_fini();
}

static void from(unsigned i, uint32_t seq, uint32_t len)
{
	iss = conn[i].iss;
	rx_from_port((uint16_t)(100 + i), DATA, seq, 1, len);
	drain();
}

/* All of the buffer was offered, before others took the memory for it. */
static void was_offered(struct tcp_pcb *to)
{
	to->rcv_adv = to->rcv_nxt + (7 << 20);
}

/* Four that send all they may behind a hole do not take what others need. */
static void test_fairness(void **state)
{
	uint32_t i, k;

	(void)state;
	open_conns();
	for (i = 0; i < 4; i++)
		was_offered(pcb_of(conn[i].h));
	for (k = 0; k < 4500; k++)
		for (i = 0; i < 4; i++)
			from(i, 101 + k * 1400, 1400);
	assert_true(n->tcp->rx_held < test_pool->size / 4);
	for (k = 0; k < 500; k++) /* another has as much as it wants */
		from(4, 11 + k * 1400, 1400);
	assert_int_equal(n->stats.tcp_drop_mem, 0);
	assert_int_equal(pcb_of(conn[4].h)->rcv_nxt - irs, 500 * 1400 + 11);
	for (i = 0; i < 4; i++) { /* and they still go on */
		from(i, 11, 90);
		assert_true(pcb_of(conn[i].h)->rcv_nxt - irs > 101 + 1400);
	}
	close_conns();
}

/* What is nearer is worth more; what was forgotten is not told any more. */
static void test_prune(void **state)
{
	uint32_t k, held;

	(void)state;
	open_conns();
	p = pcb_of(conn[0].h);
	was_offered(p);
	for (k = 0; k < 3000; k++)
		from(0, 2000001 + k * 1400, 1400);
	assert_true(n->stats.tcp_drop_ooo_full > 0);
	assert_int_equal(n->stats.tcp_ooo_pruned, 0);
	held = n->tcp->rx_held;
	from(0, 1000001, 1400);
	assert_int_equal(n->stats.tcp_ooo_pruned, 1);
	assert_int_equal(n->stats.tcp_ooo_pruned_bytes, held * 1400 / 2);
	assert_int_equal(out_opts.nsack, 2);
	assert_int_equal(out_opts.sack[0].start - irs, 1000001);
	assert_int_equal(out_opts.sack[1].end - irs, p->ooo->run[1].end - irs);
	assert_int_equal(mbufs(), n->tcp->rx_held);
	close_conns();
}

/* Bytes in order take the place of those out of order, never another way. */
static void test_in_order_first(void **state)
{
	uint32_t k;

	(void)state;
	open_conns();
	p = pcb_of(conn[0].h);
	was_offered(p);
	for (k = 0; k < 3000; k++)
		from(0, 2000001 + k * 1400, 1400);
	for (k = 0; k < 1200; k++)
		from(0, 11 + k * 1400, 1400);
	assert_int_equal(n->stats.tcp_drop_mem, 0);
	assert_int_equal(p->rcv_nxt - irs, 11 + 1200 * 1400);
	assert_true(n->stats.tcp_ooo_pruned > 0);
	k = p->rcv.segs;
	from(0, 3000001, 1400);
	assert_int_equal(p->rcv.segs, k);
	assert_int_equal(mbufs(), n->tcp->rx_held);
	close_conns();
}

/* One more run than there may be: the farthest goes. */
static void test_runs(void **state)
{
	unsigned i;

	(void)state;
	t_init();
	t_established();
	for (i = 0; i < TCP_OOO_RUNS; i++)
		data(1001 + 2 * i, 1);
	drain();
	data(501, 1);
	drain();
	assert_int_equal(p->ooo->nruns, TCP_OOO_RUNS);
	assert_int_equal(p->ooo->run[0].start - irs, 501);
	assert_int_equal(n->stats.tcp_ooo_pruned_bytes, 1);
	check_held();
	fini();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_in_order),
		cmocka_unit_test(test_out_of_order),
		cmocka_unit_test(test_pairs),
		cmocka_unit_test(test_overlapping),
		cmocka_unit_test(test_offered_is_kept),
		cmocka_unit_test(test_large_window),
		cmocka_unit_test(test_fairness),
		cmocka_unit_test(test_prune),
		cmocka_unit_test(test_in_order_first),
		cmocka_unit_test(test_runs),
	};

	if (test_eal() < 0)
		return 77;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
