// SPDX-License-Identifier: MIT
/*
 * test_tcp_recv.c - what is received: acknowledgements, window, disorder
 */
#include "tcp_peer.h"

#define FA (TH_FIN | TH_ACK)
#define MSS 1460u

static void data(uint32_t seq, unsigned len)
{
	rx(TH_ACK, seq, 1, len);
}

/* The first segments are acknowledged at once, then every other full one. */
static void test_delayed_ack(void **state)
{
	unsigned i;

	(void)state;
	t_init();
	t_established();
	for (i = 0; i < TCP_QUICKACKS; i++) {
		data(1 + i * MSS, MSS);
		tcp_output_pending(n);
		assert_true(out[0] == 'A');
		out[0] = 0;
		events();
		t_done(MSS);
	}
	tcp_output_pending(n);
	out[0] = 0;
	data(1 + i * MSS, MSS);
	expect("", "R1460");
	expect_after(40 * MS, "A1.24821");
	t_done(MSS);
	data(24821, MSS);
	expect("", "R1460");
	data(24821 + MSS, MSS);
	expect("A1.27741", "R1460");
	t_done(2 * MSS);
	t_fini();
}

static void test_ack_rides_on_data(void **state)
{
	(void)state;
	t_init();
	t_established();
	t_delayed();
	data(1, 10);
	expect("", "R10");
	t_send(0, 5, 0);
	expect("PA1.11+5", "");
	pass(100 * MS); /* and the timer has nothing to do */
	expect("", "");
	assert_int_equal(n->stats.tcp_delack, 0);
	t_done(10);
	expect("", "");
	t_fini();
}

/* The end of a write is acknowledged once the program has read all. */
static void test_ack_when_read(void **state)
{
	(void)state;
	t_init();
	t_established();
	t_delayed();
	data(1, 10);
	expect("", "R10");
	assert_int_equal(rx_prompt, 1);
	t_done(4);
	expect("", "");
	t_done(6);
	expect("A1.11", "");
	t_fini();
}

/* A whole segment is one where the peer says so. */
static void test_ack_whole_when_read(void **state)
{
	(void)state;
	t_init();
	t_established();
	p->rcv_mss = MSS;
	t_delayed();
	data(1, MSS);
	expect("", "R1460");
	assert_int_equal(rx_prompt, 0);
	t_done(MSS);
	expect_after(40 * MS, "A1.1461");
	t_delayed();
	rx(TH_ACK | TH_PSH, 1461, 1, MSS);
	expect("", "R1460");
	assert_int_equal(rx_prompt, 1);
	t_done(MSS);
	expect("A1.2921", "");
	t_fini();
}

/* One that answers is waited for, until it fails to once. */
static void test_ack_pingpong(void **state)
{
	(void)state;
	t_init();
	t_established();
	data(1, 10);
	expect("A1.11", "R10");
	t_done(10);
	t_send(0, 5, 0);
	expect("PA1.11+5", "");
	rx(TH_ACK, 11, 6, 10);
	expect("", "R10 S5");
	assert_int_equal(rx_prompt, 0);
	t_done(10);
	expect_after(40 * MS, "A6.21");
	rx(TH_ACK, 21, 6, 10); /* quick ones are left */
	expect("A6.31", "R10");
	p->quickacks = 0;
	rx(TH_ACK, 31, 6, 10);
	expect("", "R10");
	t_done(20);
	expect("A6.41", "");
	t_fini();
}

/* Two writes in one go: the second may wait for the first. */
static void test_ack_two_pushed(void **state)
{
	(void)state;
	t_init();
	t_established();
	t_delayed();
	p->ackf = ACK_PINGPONG;
	data(1, 10);
	data(11, 10);
	expect("", "R10 R10");
	assert_int_equal(rx_prompt, 1);
	t_done(20);
	expect("A1.21", "");
	assert_int_equal(p->ackf, ACK_PINGPONG);
	t_fini();
}

/* More than a whole segment. */
static void test_ack_more_than_one(void **state)
{
	(void)state;
	t_init();
	t_established();
	p->rcv_mss = MSS;
	t_delayed();
	data(1, MSS);
	expect("", "R1460");
	data(1461, 1);
	expect("A1.1462", "R1");
	t_done(1461);
	t_fini();
}

/* The wait follows the gaps between arrivals. */
static void test_ack_wait_adapts(void **state)
{
	uint32_t i;

	(void)state;
	t_init();
	t_established();
	t_delayed();
	p->ackf = ACK_PINGPONG;
	p->srtt = 150000 << 3;
	p->rto_us = 400000;
	data(1, 10);
	expect("", "R10");
	expect_after(40 * MS, "A1.11"); /* none came: 40 ms are too few? */
	assert_int_equal(p->ackf, 0);
	data(11, 10);
	expect("", "R10");
	expect_after(40 * MS, "A1.21"); /* surely: twice as many now */
	data(21, 10);
	expect("", "R10");
	expect_after(83 * MS, "A1.31"); /* half of that and the last gap */
	data(31, 10);
	expect("", "R10");
	expect_after(150 * MS, "A1.41"); /* no longer than a round trip */
	t_done(40);
	for (i = 0; i < 5; i++) /* a burst */
		data(41 + 10 * i, 10);
	assert_in_range(p->ato, 38, 50);
	expect("", "R10 R10 R10 R10 R10");
	expect_after(50 * MS, "A1.91");
	t_done(50);
	t_fini();
}

/* After a pause the peer begins anew. */
static void test_ack_after_pause(void **state)
{
	(void)state;
	t_init();
	t_established();
	t_delayed();
	pass(SEC);
	data(1, 10);
	expect("A1.11", "R10");
	t_done(10);
	t_fini();
}

/* TCP_QUICKACK: what waits goes, and the next does when it is read. */
static void test_quickack_option(void **state)
{
	(void)state;
	t_init();
	t_established();
	t_delayed();
	p->ackf = ACK_PINGPONG;
	data(1, 10);
	expect("", "R10");
	t_opt(IX_OPT_QUICKACK, 1);
	expect("A1.11", "");
	data(11, 10);
	expect("", "R10");
	t_done(20);
	expect("A1.21", "");
	t_opt(IX_OPT_QUICKACK, 0);
	p->quickacks = 5;
	data(21, 10);
	expect("", "R10");
	t_done(10);
	expect_after(40 * MS, "A1.31");
	t_fini();
}

/* A peer without room is told of it as soon as there is. */
static void test_prompt_window(void **state)
{
	(void)state;
	t_init();
	t_connect();
	t_opt(IX_OPT_RCVBUF, 4000);
	rx(TH_SYN | TH_ACK, 0, 1, 0);
	expect("A1.1", "C0");
	p->rcv_adv = p->rcv_nxt + 4000;
	data(1, MSS);
	data(1461, MSS);
	expect("A1.2921", "R1460 R1460");
	assert_int_equal(rx_prompt, 1);
	t_done(2 * MSS);
	expect("A1.2921", "");
	assert_int_equal(out_wnd, 4000);
	t_fini();
}

/* The window shrinks by what is not given back, and opens in steps. */
static void test_window(void **state)
{
	uint32_t i;

	(void)state;
	t_init();
	t_connect();
	t_opt(IX_OPT_RCVBUF, 10000);
	rx(TH_SYN | TH_ACK, 0, 1, 0);
	expect("A1.1", "C0");
	/* no window scaling with this peer; the SYN had offered more */
	p->rcv_adv = p->rcv_nxt + 10000;
	t_delayed();
	p->quickacks = TCP_QUICKACKS;
	for (i = 0; i < 10; i++) {
		data(1 + 1000 * i, 1000);
		tcp_output_pending(n);
		assert_int_equal(out_wnd, 10000 - 1000 * (i + 1));
		out[0] = 0;
		events();
	}
	data(10001, 1); /* beyond the window: a probe */
	expect("A1.10001", "");
	assert_int_equal(out_wnd, 0);
	t_done(1000); /* not worth an update */
	expect("", "");
	t_done(1000);
	expect("A1.10001", "");
	assert_int_equal(out_wnd, 2000);
	t_done(8000);
	expect("A1.10001", "");
	assert_int_equal(out_wnd, 10000);
	t_fini();
}

/* k full segments from seq on, acknowledged but not given back. */
static void fill_window(uint32_t seq, unsigned k)
{
	unsigned i;

	for (i = 0; i < k; i++)
		data(seq + i * MSS, MSS);
	tcp_output_pending(n);
	out[0] = 0;
	events();
}

/* What is given back is told once the peer is in need of it. */
static void test_window_plenty(void **state)
{
	(void)state;
	t_init();
	t_connect();
	t_opt(IX_OPT_RCVBUF, 60000);
	rx(TH_SYN | TH_ACK, 0, 1, 0);
	expect("A1.1", "C0");
	fill_window(1, 20);
	assert_int_equal(p->rcv_adv - p->rcv_nxt, 60000 - 20 * MSS);
	t_done(20 * MSS);
	expect("", ""); /* 30800 are left of 60000 */
	fill_window(1 + 20 * MSS, 21);
	assert_int_equal(p->rcv_adv - p->rcv_nxt, 60000 - 21 * MSS);
	t_done(21 * MSS);
	expect("A1.59861", ""); /* 29340 were */
	assert_int_equal(out_wnd, 60000);
	t_fini();
}

static void test_window_scale(void **state)
{
	(void)state;
	with = TO_WS;
	peer_wscale = 3;
	t_init();
	peer_wscale = 3;
	t_connect();
	assert_true(out_opts.has & TO_WS);
	assert_int_equal(out_opts.wscale, TCP_WSCALE);
	assert_int_equal(out_wnd, 65535); /* not scaled in a SYN */
	peer_wnd = 50000;
	rx(TH_SYN | TH_ACK, 0, 1, 0);
	expect("A1.1", "C0");
	assert_int_equal(out_wnd, 65535 >> TCP_WSCALE);
	assert_int_equal(p->snd_wnd, 50000);
	rx_wnd(40000, 1, 1);
	assert_int_equal(p->snd_wnd, 320000);
	t_fini();
}

/* The buffer doubles while the program keeps up, unless it was set. */
static void test_autotune(void **state)
{
	uint32_t seq = 1, i;

	(void)state;
	with = TO_WS;
	t_init();
	t_established();
	for (i = 0; i < 200; i++) {
		data(seq, MSS);
		seq += MSS;
		events();
		t_done(MSS);
		tcp_output_pending(n);
		out[0] = 0;
	}
	assert_true(p->conf.rcvbuf >= 4 * TCP_RCVBUF);
	t_opt(IX_OPT_RCVBUF, 30000);
	for (i = 0; i < 200; i++) {
		data(seq, 1000);
		seq += 1000;
		events();
		t_done(1000);
		tcp_output_pending(n);
		out[0] = 0;
	}
	assert_int_equal(p->conf.rcvbuf, 30000);
	t_fini();
}

static void test_partial_done(void **state)
{
	(void)state;
	t_init();
	t_established();
	data(1, 100);
	data(101, 100);
	expect("A1.201", "R100 R100");
	assert_int_equal(n->tcp->rx_held, 2);
	t_done(50);
	assert_int_equal(n->tcp->rx_held, 2);
	t_done(60);
	assert_int_equal(n->tcp->rx_held, 1);
	assert_int_equal(tcp_call_recv_done(n, h, 91), -EINVAL);
	t_done(90);
	assert_int_equal(n->tcp->rx_held, 0);
	assert_int_equal(tcp_call_recv_done(n, h, 1), -EINVAL);
	t_fini();
}

/* What was not delivered yet cannot be given back. */
static void test_done_undelivered(void **state)
{
	(void)state;
	t_init();
	t_established();
	data(1, 100);
	assert_int_equal(tcp_call_recv_done(n, h, 100), -EINVAL);
	expect("A1.101", "R100");
	t_done(100);
	t_fini();
}

/* Many small segments share a buffer. */
static void test_coalesce(void **state)
{
	uint32_t i;

	(void)state;
	t_init();
	t_established();
	t_delayed();
	for (i = 0; i < 100; i++)
		data(1 + 10 * i, 10);
	assert_true(n->tcp->rx_held <= TCP_COALESCE_SEGS + 1);
	tcp_output_pending(n);
	out[0] = 0;
	events();
	assert_int_equal(rx_undone, 1000);
	data(1001, 10); /* behind what was delivered */
	assert_string_equal(events(), "R10");
	t_done(1010);
	assert_int_equal(n->tcp->rx_held, 0);
	pass(50 * MS);
	tcp_output_pending(n);
	out[0] = 0;
	t_fini();
}

/* RFC 2018: blocks, the newest first; the hole filled. */
static void test_sack_blocks(void **state)
{
	(void)state;
	with = TO_SACKOK;
	t_init();
	t_established();
	data(101, 100);
	expect("A1.1", "");
	assert_int_equal(out_opts.nsack, 1);
	assert_int_equal(out_opts.sack[0].start - irs, 101);
	assert_int_equal(out_opts.sack[0].end - irs, 201);
	data(301, 100);
	expect("A1.1", "");
	assert_int_equal(out_opts.nsack, 2);
	assert_int_equal(out_opts.sack[0].start - irs, 301);
	assert_int_equal(out_opts.sack[1].start - irs, 101);
	data(201, 50); /* grows the first run */
	expect("A1.1", "");
	assert_int_equal(out_opts.sack[0].start - irs, 101);
	assert_int_equal(out_opts.sack[0].end - irs, 251);
	data(251, 50); /* joins both */
	expect("A1.1", "");
	assert_int_equal(out_opts.nsack, 1);
	assert_int_equal(out_opts.sack[0].end - irs, 401);
	data(1, 100);
	expect("A1.401", "R100 R300");
	assert_int_equal(out_opts.nsack, 0);
	assert_null(p->ooo);
	t_done(400);
	t_fini();
}

/* RFC 2883: what came twice is reported first. */
static void test_dsack(void **state)
{
	(void)state;
	with = TO_SACKOK;
	t_init();
	t_established();
	data(1, 100);
	expect("A1.101", "R100");
	data(51, 50);
	expect("A1.101", "");
	assert_int_equal(out_opts.nsack, 1);
	assert_int_equal(out_opts.sack[0].start - irs, 51);
	assert_int_equal(out_opts.sack[0].end - irs, 101);
	data(201, 100);
	expect("A1.101", "");
	data(201, 100);
	expect("A1.101", "");
	assert_int_equal(out_opts.nsack, 2);
	assert_int_equal(out_opts.sack[0].start - irs, 201);
	assert_int_equal(out_opts.sack[1].start - irs, 201);
	t_done(100);
	t_fini();
}

/* Data in a segment of ours does not take the SACK blocks' place. */
static void test_sack_beside_data(void **state)
{
	(void)state;
	with = TO_SACKOK;
	t_init();
	t_established();
	t_send(0, 10, 0);
	data(101, 100);
	expect("PA1.1+10 A11.1", "");
	assert_int_equal(out_opts.nsack, 1);
	t_fini();
}

/* Overlaps of every kind. */
static void test_ooo_overlap(void **state)
{
	(void)state;
	t_init();
	t_established();
	data(101, 100); /* [101,201) */
	data(151, 100); /* overlaps its end: [101,251) */
	data(51, 100);	/* overlaps its start: [51,251) */
	data(301, 10);
	data(281, 100); /* covers [301,311): [281,381) */
	data(60, 20);	/* all there */
	data(241, 50);	/* closes the hole, overlaps both: [51,381) */
	assert_int_equal(p->ooo->nruns, 1);
	assert_int_equal(p->ooo->run[0].start - irs, 51);
	assert_int_equal(p->ooo->run[0].end - irs, 381);
	assert_int_equal(p->ooo->run[0].c.len, 330);
	data(1, 80); /* overlaps the run */
	tcp_output_pending(n);
	assert_true(strstr(out, "A1.381") != NULL);
	out[0] = 0;
	events();
	assert_int_equal(rx_undone, 380);
	t_done(380);
	t_fini();
}

static void test_ooo_bounds(void **state)
{
	unsigned i;

	(void)state;
	t_init();
	t_established();
	for (i = 0; i < TCP_OOO_RUNS + 10; i++)
		data(3 + 2 * i, 1);
	assert_int_equal(p->ooo->nruns, TCP_OOO_RUNS);
	assert_int_equal(n->stats.tcp_drop_ooo_full, 10);
	for (i = 0; i < TCP_OOO_RUNS + 10; i++)
		data(2 + 2 * i, 1);
	data(1, 1);
	tcp_output_pending(n);
	out[0] = 0;
	events();
	assert_int_equal(p->rcv_nxt - irs, 2 * TCP_OOO_RUNS + 3);
	t_done(rx_undone);
	t_fini();
}

/* In a random order, every byte once. */
static void test_ooo_random(void **state)
{
	uint32_t total = 60000, round, i;

	(void)state;
	for (round = 0; round < 50; round++) {
		t_init();
		t_established();
		n->rng = round + 1;
		for (i = 0; i < 3000 && rx_stream < total; i++) {
			uint32_t next = p->rcv_nxt - irs;
			uint32_t seq = next + net_random(n) % 5000;
			uint32_t len = 1 + net_random(n) % 1400;

			if (net_random(n) % 4 == 0)
				seq = next - u32_min(next - 1, 50);
			data(seq, len);
			events(); /* checks the bytes */
			if (rx_undone > 30000)
				t_done(rx_undone);
			tcp_output_pending(n);
			out[0] = 0;
		}
		assert_true(rx_stream > total / 4);
		t_done(rx_undone);
		t_fini();
	}
}

/* A packet of several mbufs (reassembled, or jumbo). */
static void test_chained_packet(void **state)
{
	struct rte_mbuf *m, *m2;

	(void)state;
	t_init();
	t_established();
	m = segment(TH_ACK, 1, 1, 100);
	m2 = segment(TH_ACK, 101, 1, 50);
	rte_pktmbuf_adj(m2, TCP_HDR);
	rte_pktmbuf_chain(m, m2);
	input(m);
	expect("A1.151", "R100 R50");
	t_done(150);
	m = segment(TH_ACK, 171, 1, 30); /* out of order, overlapping */
	m2 = segment(TH_ACK, 201, 1, 50);
	rte_pktmbuf_adj(m2, TCP_HDR);
	rte_pktmbuf_chain(m, m2);
	input(m);
	data(151, 60);
	expect("A1.251", "R60 R40");
	t_done(100);
	t_fini();
}

/* Buffers run short: no connection may hold them all. */
static void test_memory_pressure(void **state)
{
	(void)state;
	t_init();
	t_established();
	data(1, 100);
	expect("A1.101", "R100");
	n->tcp->rx_held += 13000; /* of 16383 */
	data(101, 100);
	expect("A1.101", "");
	assert_int_equal(n->stats.tcp_drop_mem, 1);
	data(301, 100);
	expect("A1.101", "");
	assert_int_equal(n->stats.tcp_drop_ooo_full, 1);
	t_done(100);
	data(101, 100); /* the first of a connection always fits */
	expect("A1.201", "R100");
	t_done(100);
	n->tcp->rx_held -= 13000;
	t_fini();
}

/* RECV, then EOF; bytes stay readable after DEAD, until CLOSE. */
static void test_data_then_reset(void **state)
{
	(void)state;
	t_init();
	t_established();
	data(1, 10);
	rx(TH_RST, 11, 0, 0);
	tcp_output_pending(n);
	assert_string_equal(out, "");
	assert_string_equal(events(), "R10 D104");
	assert_int_equal(n->tcp->rx_held, 1);
	assert_int_equal(tcp_call_sendv(n, h, NULL, 0, 0), -EPIPE);
	t_done(4);
	assert_int_equal(tcp_call_close(n, h, 0), 0);
	assert_string_equal(events(), "");
	assert_int_equal(p->state, TCPS_FREE);
	h = 0;
	t_fini();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_delayed_ack),
		cmocka_unit_test(test_ack_rides_on_data),
		cmocka_unit_test(test_ack_when_read),
		cmocka_unit_test(test_ack_whole_when_read),
		cmocka_unit_test(test_ack_pingpong),
		cmocka_unit_test(test_ack_two_pushed),
		cmocka_unit_test(test_ack_more_than_one),
		cmocka_unit_test(test_ack_wait_adapts),
		cmocka_unit_test(test_ack_after_pause),
		cmocka_unit_test(test_quickack_option),
		cmocka_unit_test(test_prompt_window),
		cmocka_unit_test(test_window),
		cmocka_unit_test(test_window_plenty),
		cmocka_unit_test(test_window_scale),
		cmocka_unit_test(test_autotune),
		cmocka_unit_test(test_partial_done),
		cmocka_unit_test(test_done_undelivered),
		cmocka_unit_test(test_coalesce),
		cmocka_unit_test(test_sack_blocks),
		cmocka_unit_test(test_dsack),
		cmocka_unit_test(test_sack_beside_data),
		cmocka_unit_test(test_ooo_overlap),
		cmocka_unit_test(test_ooo_bounds),
		cmocka_unit_test(test_ooo_random),
		cmocka_unit_test(test_chained_packet),
		cmocka_unit_test(test_memory_pressure),
		cmocka_unit_test(test_data_then_reset),
	};

	if (test_eal() < 0)
		return 77;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
