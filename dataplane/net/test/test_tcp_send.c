// SPDX-License-Identifier: MIT
/*
 * test_tcp_send.c - what is sent when: Nagle, loss, timers, close
 */
#include "tcp_peer.h"

#define FA (TH_FIN | TH_ACK)
#define SA (TH_SYN | TH_ACK)
#define MSS 1460u

static void ack(uint32_t upto)
{
	rx(TH_ACK, 1, upto, 0);
}

static void sack_ack(uint32_t upto, uint32_t start, uint32_t end)
{
	sack(start, end);
	ack(upto);
}

static void test_send_and_sent(void **state)
{
	(void)state;
	t_init();
	t_established();
	t_send(0, 10, 0);
	t_send(10, 20, 0); /* of one round: one segment */
	expect("PA1.1+30", "");
	assert_memory_equal(out_data, pattern, 30);
	assert_int_equal(n->tcp->pieces.used, 1); /* merged */
	ack(11);
	expect("", "S10");
	ack(31);
	expect("", "S20");
	assert_int_equal(n->tcp->pieces.used, 0);
	t_fini();
}

static void test_mss_and_pieces(void **state)
{
	struct ix_sg sg[3];
	unsigned i;

	(void)state;
	t_init();
	t_established();
	for (i = 0; i < 3; i++)
		sg[i] = (struct ix_sg){ (uint64_t)(uintptr_t)pattern + i * 5000,
					1000 };
	assert_int_equal(tcp_call_sendv(n, h, sg, 3, 0), 3000);
	tcp_output_pending(n);
	assert_string_equal(out, "A1.1+1460 A1461.1+1460 PA2921.1+80");
	assert_memory_equal(out_data, pattern + 10000 + 920, 80);
	out[0] = 0;
	ack(1461);
	expect("", "S1460");
	ack(3001);
	expect("", "S1540");
	t_fini();
}

/* TCP_MAXSEG is of the SYN: later it changes nothing. */
static void test_maxseg(void **state)
{
	struct ix_bsys b = { .ip = addr_from_v4(PEER), .rport = PEER_PORT };

	(void)state;
	t_init();
	assert_int_equal(tcp_call_connect(n, &b), 0);
	h = b.handle;
	p = pcb_of(h);
	t_opt(IX_OPT_MAXSEG, 1000);
	expect("S0", "");
	assert_int_equal(out_opts.mss, 1000);
	rx(SA, 0, 1, 0);
	expect("A1.1", "C0");
	t_opt(IX_OPT_MAXSEG, 500);
	t_send(0, 1500, 0);
	expect("A1.1+1000 PA1001.1+500", "");
	t_fini();
}

/* A second short segment waits for the first to be acknowledged. */
static void test_nagle(void **state)
{
	(void)state;
	t_init();
	t_established();
	t_send(0, 5, 0);
	expect("PA1.1+5", "");
	t_send(5, 5, 0);
	expect("", "");
	t_send(10, 5, 0);
	ack(6);
	expect("PA6.1+10", "S5");
	t_send(15, 5, 0);
	expect("", "");
	t_opt(IX_OPT_NODELAY, 1);
	expect("PA16.1+5", "");
	t_fini();
}

static void test_cork(void **state)
{
	(void)state;
	t_init();
	t_established();
	t_opt(IX_OPT_CORK, 1);
	t_send(0, 100, 0);
	expect("", "");
	t_send(100, MSS, 0); /* a full one goes */
	expect("A1.1+1460", "");
	t_opt(IX_OPT_CORK, 0);
	expect("PA1461.1+100", "");
	ack(1561);
	expect("", "S1560");
	t_opt(IX_OPT_CORK, 1);
	t_send(0, 7, 0);
	expect("", "");
	expect_after(200 * MS, "PA1561.1+7"); /* at most so long */
	ack(1568);
	expect("", "S7");
	t_send(0, 9, 0);
	expect("", "");
	t_opt(IX_OPT_NODELAY, 1); /* what is held goes, the cork stays */
	expect("PA1568.1+9", "");
	ack(1577);
	expect("", "S9");
	t_opt(IX_OPT_NODELAY, 1); /* nothing was held */
	t_send(0, 5, 0);
	expect("", "");
	t_fini();
}

static void test_more(void **state)
{
	(void)state;
	t_init();
	t_established();
	t_send(0, 100, IX_SENDV_MORE);
	expect("", "");
	t_send(100, 50, 0);
	expect("PA1.1+150", "");
	t_fini();
}

/* RFC 6298 5: back-off; the limit of Linux' tcp_retries2 */
static void test_rto_backoff(void **state)
{
	uint64_t rto = 0;
	unsigned i;

	(void)state;
	t_init();
	t_established();
	t_send(0, 10, 0);
	expect("PA1.1+10", "");
	rto = p->rto_us * UINT64_C(1000);
	assert_in_range(p->rto_us, 200000, 201000);
	for (i = 0; i < TCP_RETRIES2; i++) {
		expect_after(rto, "PA1.1+10");
		rto = rto * 2 > 120 * SEC ? 120 * SEC : rto * 2;
	}
	pass(130 * SEC);
	expect("", "D110");
	assert_int_equal(n->stats.tcp_rto, TCP_RETRIES2);
	t_fini();
}

/* Karn: a retransmitted segment is not timed; the back-off stays. */
static void test_karn(void **state)
{
	(void)state;
	t_init();
	t_established();
	t_send(0, 10, 0);
	expect("PA1.1+10", "");
	expect_after(200 * MS, "PA1.1+10");
	pass(50 * MS);
	ack(11);
	expect("", "S10");
	assert_true(p->srtt >> 3 < 1000);
	assert_int_equal(p->backoff, 1);
	t_send(10, 10, 0);
	expect("PA11.1+10", "");
	pass(30 * MS);
	ack(21);
	expect("", "S10");
	assert_int_equal(p->backoff, 0);
	assert_in_range(p->srtt >> 3, 1000, 31000);
	t_fini();
}

static void test_syn_retries(void **state)
{
	unsigned i;
	uint64_t rto = SEC;

	(void)state;
	t_init();
	t_connect();
	for (i = 0; i < TCP_SYN_RETRIES; i++) {
		expect_after(rto, "S0");
		rto *= 2;
	}
	pass(rto + 5 * MS);
	expect("", "C110");
	t_fini();
}

/* A peer that comes back late: RFC 6298 5.7, RFC 5681 3.1 */
static void test_syn_lost_once(void **state)
{
	(void)state;
	t_init();
	t_connect();
	expect_after(SEC, "S0");
	rx(SA, 0, 1, 0);
	expect("A1.1", "C0");
	assert_int_equal(p->rto_us, 3000000);
	assert_int_equal(p->cwnd, p->mss);
	t_fini();
}

static void test_user_timeout(void **state)
{
	(void)state;
	t_init();
	t_established();
	t_opt(IX_OPT_USER_TIMEOUT, 1000);
	t_send(0, 10, 0);
	expect("PA1.1+10", "");
	expect_after(200 * MS, "PA1.1+10");
	expect_after(400 * MS, "PA1.1+10");
	pass(380 * MS);
	expect("", "");
	pass(40 * MS);
	expect("", "D110");
	assert_int_equal(n->stats.tcp_timeout_user, 1);
	t_fini();
}

/* Ten full segments in flight. */
static void flight10(unsigned options)
{
	with = options;
	t_init();
	t_established();
	t_send(0, 20 * MSS, 0);
	tcp_output_pending(n);
	assert_int_equal(p->snd_nxt - iss, 1 + 10 * p->mss);
	out[0] = 0;
}

/* RFC 6675: three segments above a hole, then the hole is sent again. */
static void test_sack_recovery(void **state)
{
	(void)state;
	flight10(TO_SACKOK);
	sack_ack(1, 1 + MSS, 1 + 2 * MSS);
	expect("A14601.1+1460", ""); /* limited transmit */
	sack_ack(1, 1 + MSS, 1 + 3 * MSS);
	expect("A16061.1+1460", "");
	sack_ack(1, 1 + MSS, 1 + 4 * MSS);
	expect("A1.1+1460", "");
	assert_int_equal(p->ca_state, CA_RECOVERY);
	assert_true(p->ssthresh < 10 * MSS);
	/* a second hole shows */
	sack(1 + 5 * MSS, 1 + 10 * MSS);
	sack_ack(1, 1 + MSS, 1 + 4 * MSS);
	tcp_output_pending(n);
	assert_true(strncmp(out, "A5841.1+1460", 12) == 0);
	out[0] = 0;
	ack(1 + 12 * MSS);
	assert_int_equal(p->ca_state, CA_OPEN);
	assert_int_equal(p->cwnd, p->ssthresh);
	assert_null(p->sb);
	t_fini();
}

/* RFC 6582: without SACK, three duplicates; partial ACKs go on. */
static void test_newreno(void **state)
{
	unsigned i;

	(void)state;
	flight10(0);
	for (i = 0; i < 2; i++) {
		ack(1);
		tcp_output_pending(n);
		assert_int_equal(p->ca_state, CA_OPEN);
	}
	assert_string_equal(out, "A14601.1+1460 A16061.1+1460");
	out[0] = 0;
	ack(1);
	expect("A1.1+1460", "");
	assert_int_equal(p->ca_state, CA_RECOVERY);
	for (i = 0; i < 8; i++)
		ack(1);
	tcp_output_pending(n);
	out[0] = 0;
	ack(1 + 3 * MSS); /* partial: the next hole */
	tcp_output_pending(n);
	assert_true(strncmp(out, "A4381.1+1460", 12) == 0);
	out[0] = 0;
	events();
	ack(p->snd_nxt - iss);
	assert_int_equal(p->ca_state, CA_OPEN);
	events();
	t_fini();
}

/* After an RTO: slow start over what is not SACKed. */
static void test_rto_recovery(void **state)
{
	(void)state;
	flight10(TO_SACKOK);
	sack_ack(1, 1 + 4 * MSS, 1 + 6 * MSS);
	tcp_output_pending(n);
	out[0] = 0;
	pass(SEC);
	expect("A1.1+1460", "");
	assert_int_equal(p->ca_state, CA_LOSS);
	assert_int_equal(p->cwnd, MSS);
	sack_ack(1 + MSS, 1 + 4 * MSS, 1 + 6 * MSS);
	expect("A1461.1+1460 A2921.1+1460", "S1460");
	sack_ack(1 + 3 * MSS, 1 + 4 * MSS, 1 + 6 * MSS);
	/* not what the peer has */
	expect("A4381.1+1460 A8761.1+1460 A10221.1+1460", "S2920");
	ack(p->snd_nxt - iss);
	assert_int_equal(p->ca_state, CA_OPEN);
	events();
	t_fini();
}

/* RFC 2018 8: the peer threw SACKed bytes away */
static void test_reneging(void **state)
{
	(void)state;
	flight10(TO_SACKOK);
	sack_ack(1, 1 + MSS, 1 + 2 * MSS);
	ack(1 + MSS); /* and no more */
	tcp_output_pending(n);
	events();
	out[0] = 0;
	p->sb = p->sb ? p->sb : NULL;
	if (!p->sb) /* the range was trimmed at its front only */
		fail();
	pass(SEC);
	assert_int_equal(n->stats.tcp_sack_reneged, 1);
	tcp_output_pending(n);
	assert_string_equal(out, "A1461.1+1460");
	out[0] = 0;
	t_fini();
}

static void test_bad_sack(void **state)
{
	(void)state;
	flight10(TO_SACKOK);
	sack_ack(1, 1 + 50 * MSS, 1 + 51 * MSS); /* never sent */
	sack_ack(1, 1 + 3 * MSS, 1 + 2 * MSS);	 /* upside down */
	assert_null(p->sb);
	assert_int_equal(n->stats.tcp_sack_bad, 2);
	sack_ack(1, (uint32_t)-99, (uint32_t)-9); /* D-SACK */
	assert_int_equal(n->stats.tcp_sack_dup, 1);
	assert_null(p->sb);
	tcp_output_pending(n);
	out[0] = 0;
	t_fini();
}

/* The only round trip that was measured took so long. */
static void round_trip(uint64_t ns)
{
	tcp_rtt_begin(n, p, 0);
	n->now += ns;
	p->srtt = 0;
	tcp_rtt_end(n, p);
}

/* RFC 8985 7: the tail is lost; a probe brings the SACK that tells. */
static void test_tail_loss_probe(void **state)
{
	(void)state;
	with = TO_SACKOK;
	t_init();
	t_established();
	round_trip(20 * MS);
	t_send(0, 4 * MSS, 0);
	tcp_output_pending(n);
	out[0] = 0;
	expect_after(40 * MS, "PA4381.1+1460");
	assert_int_equal(n->stats.tcp_tlp, 1);
	sack_ack(1 + 2 * MSS, 1 + 3 * MSS, 1 + 4 * MSS);
	expect("", "S2920");
	/* one segment above the hole is no proof; the RTO repairs it */
	pass(400 * MS);
	expect("A2921.1+1460", "");
	ack(1 + 4 * MSS);
	expect("", "S2920");
	t_fini();
}

/* A lone segment's acknowledgement may be delayed: the probe takes the place
 * of the first time-out. */
static void test_tail_loss_lone(void **state)
{
	(void)state;
	with = TO_SACKOK;
	t_init();
	t_established();
	round_trip(20 * MS);
	t_send(0, 10, 0);
	tcp_call_shutdown(n, h);
	expect("FPA1.1+10", "");
	expect_after(220 * MS, "FPA1.1+10");
	assert_int_equal(n->stats.tcp_tlp, 1);
	assert_int_equal(p->cwnd, 10 * MSS);
	expect_after(220 * MS, "FPA1.1+10");
	assert_int_equal(n->stats.tcp_rto, 1);
	expect_after(440 * MS, "FPA1.1+10");
	ack(12);
	expect("", "S10");
	t_fini();
}

/* PSH: where a write ends, unless more follows, and twice in a window. */
static void test_push(void **state)
{
	(void)state;
	t_init();
	t_established();
	t_opt(IX_OPT_NODELAY, 1);
	t_send(0, MSS, IX_SENDV_MORE);
	expect("A1.1+1460", "");
	t_send(MSS, 10, 0);
	expect("PA1461.1+10", "");
	ack(1471);
	expect("", "S1470");
	peer_wnd = 6000;
	p->max_wnd = 6000;
	ack(1471);
	t_send(0, 5 * MSS, 0);
	expect("A1471.1+1460 A2931.1+1460 PA4391.1+1460 A5851.1+1460", "");
	expect_after(200 * MS, "A1471.1+1460");
	t_fini();
}

static void test_zero_window(void **state)
{
	unsigned i;
	uint64_t wait = 200 * MS;

	(void)state;
	t_init();
	t_established();
	t_send(0, 100, 0);
	expect("PA1.1+100", "");
	rx_wnd(0, 1, 101);
	expect("", "S100");
	t_send(100, 50, 0);
	expect("", "");
	for (i = 0; i < 3; i++) {
		expect_after(wait, "A100.1");
		ack(101); /* still closed */
		expect("", "");
		wait *= 2;
	}
	assert_int_equal(n->stats.tcp_persist, 3);
	rx_wnd(60000, 1, 101);
	expect("PA101.1+50", "");
	t_fini();
}

/* Closed with bytes queued, and the peer answers but takes none of them. */
static void test_zero_window_orphan(void **state)
{
	unsigned i;

	(void)state;
	t_init();
	t_established();
	t_send(0, 100, 0);
	expect("PA1.1+100", "");
	rx_wnd(0, 1, 101);
	t_send(100, 50, 0);
	expect("", "S100");
	tcp_call_close(n, h, 0);
	for (i = 0; i < 200 && p->state != TCPS_FREE; i++) {
		pass(SEC);
		tcp_output_pending(n);
		if (out[0])
			ack(101); /* still closed */
		out[0] = 0;
		events();
	}
	assert_true(i > 60 && i < 180);
	assert_int_equal(n->stats.tcp_timeout, 1);
	h = 0;
	t_fini();
}

/* The window closes over bytes in flight; the peer lives: no time-out. */
static void test_shrunk_window(void **state)
{
	unsigned i;

	(void)state;
	t_init();
	t_established();
	t_send(0, 100, 0);
	expect("PA1.1+100", "");
	rx_wnd(0, 1, 1);
	for (i = 0; i < 3 * TCP_RETRIES2; i++) {
		pass(121 * SEC);
		ack(1);
		expect("PA1.1+100", "");
	}
	rx_wnd(60000, 1, 101);
	expect("", "S100");
	t_fini();
}

/* A window that is not worth a segment: RFC 9293 3.8.6.2.1 */
static void test_silly_window(void **state)
{
	uint32_t i;

	(void)state;
	t_init();
	t_established();
	t_send(0, 5 * MSS, 0);
	rx_wnd(100, 1, 1);
	tcp_output_pending(n);
	assert_string_equal(out, "");
	expect_after(200 * MS, "A1.1+100"); /* what fits, when probing */
	/* no closed window: the next is not waited for any longer */
	for (i = 1; i < 8; i++) {
		ack(1 + 100 * i);
		expect("", "S100");
		tcp_output_pending(n);
		pass(197 * MS);
		expect("", "");
		pass(6 * MS);
		tcp_output_pending(n);
		assert_true(out[0]);
		out[0] = 0;
	}
	rx_wnd(0, 1, 801);
	expect("", "S100");
	rx_wnd(60000, 1, 801);
	tcp_output_pending(n);
	assert_int_equal(p->snd_nxt, p->snd_una + 5 * MSS - 800);
	out[0] = 0;
	t_fini();
}

static void test_keepalive(void **state)
{
	unsigned i;

	(void)state;
	t_init();
	t_established();
	t_opt(IX_OPT_KEEPIDLE, 10);
	t_opt(IX_OPT_KEEPINTVL, 2);
	t_opt(IX_OPT_KEEPCNT, 3);
	t_opt(IX_OPT_KEEPALIVE, 1);
	expect_after(10 * SEC, "A0.1");
	ack(1); /* alive */
	expect("", "");
	pass(9 * SEC);
	expect("", "");
	pass(1 * SEC + 3 * MS);
	expect("A0.1", "");
	for (i = 0; i < 2; i++) {
		pass(2 * SEC + 2 * MS);
		expect("A0.1", "");
	}
	pass(2 * SEC + 2 * MS);
	expect("RA1.1", "D110");
	assert_int_equal(n->stats.tcp_timeout_keepalive, 1);
	t_fini();
}

static void test_half_close(void **state)
{
	(void)state;
	t_init();
	t_established();
	t_send(0, 10, 0);
	assert_int_equal(tcp_call_shutdown(n, h), 0);
	expect("FPA1.1+10", "");
	assert_int_equal(tcp_call_sendv(n, h, NULL, 0, 0), -EPIPE);
	assert_int_equal(tcp_lingering(n), 1);
	ack(12);
	expect("", "S10");
	assert_int_equal(tcp_lingering(n), 0);
	rx(TH_ACK, 1, 12, 30); /* the peer goes on */
	expect("A12.31", "R30");
	t_done(30);
	rx(FA, 31, 12, 0);
	expect("A12.32", "E D0");
	t_fini();
}

/* CLOSE: DEAD comes when the last byte is acknowledged. */
static void test_close_with_data(void **state)
{
	(void)state;
	t_init();
	t_established();
	t_send(0, 10, 0);
	tcp_call_close(n, h, 0);
	expect("FPA1.1+10", "");
	assert_int_equal(tcp_call_close(n, h, 0), -EBADF);
	ack(11);
	expect("", "S10 D0");
	ack(12);
	expect("", "");
	assert_int_equal(p->state, TCPS_FIN_WAIT_2);
	pass(59 * SEC);
	assert_int_equal(p->state, TCPS_FIN_WAIT_2);
	pass(2 * SEC);
	assert_int_equal(p->state, TCPS_FREE);
	assert_int_equal(n->stats.tcp_timeout_finwait2, 1);
	h = 0;
	t_fini();
}

/* RFC 2525 2.17 */
static void test_close_unread(void **state)
{
	(void)state;
	t_init();
	t_established();
	rx(TH_ACK, 1, 1, 10);
	expect("A1.11", "R10");
	tcp_call_close(n, h, 0);
	expect("RA1.11", "D0");
	assert_int_equal(p->state, TCPS_FREE);
	h = 0;
	t_fini();
}

/* RFC 9293 3.6.1: bytes come after CLOSE */
static void test_data_after_close(void **state)
{
	(void)state;
	t_init();
	t_established();
	tcp_call_close(n, h, 0);
	expect("FA1.1", "D0");
	rx(TH_ACK, 1, 2, 10);
	expect("R2", "");
	assert_int_equal(p->state, TCPS_FREE);
	h = 0;
	t_fini();
}

static void test_abort(void **state)
{
	(void)state;
	t_init();
	t_established();
	t_send(0, 10, 0);
	tcp_call_close(n, h, IX_CLOSE_RST);
	expect("RA1.1", "D0");
	h = 0;
	t_fini();
}

static void test_close_in_syn_sent(void **state)
{
	(void)state;
	t_init();
	t_connect();
	tcp_call_close(n, h, 0);
	expect("", "D0");
	h = 0;
	t_fini();
}

/* An orphan gives up earlier. */
static void test_orphan_retries(void **state)
{
	(void)state;
	t_init();
	t_established();
	t_send(0, 10, 0);
	tcp_call_close(n, h, 0);
	expect("FPA1.1+10", "");
	pass(1);
	for (unsigned i = 0; i < 9; i++)
		pass(130 * SEC);
	tcp_output_pending(n);
	out[0] = 0;
	assert_string_equal(events(), "D110");
	assert_int_equal(n->stats.tcp_rto, TCP_ORPHAN_RETRIES);
	h = 0;
	t_fini();
}

/* RFC 1191: the path takes less */
static void test_path_mtu(void **state)
{
	uint8_t l4[8];
	uint32_t seq;
	struct ip_error e = { .src = addr_from_v4(US),
			      .dst = addr_from_v4(PEER),
			      .proto = IPPROTO_TCP,
			      .mtu = 1000,
			      .err = EMSGSIZE,
			      .l4 = l4 };

	(void)state;
	t_init();
	t_established();
	t_send(0, 2 * MSS, 0);
	expect("A1.1+1460 PA1461.1+1460", "");
	l4[0] = (uint8_t)(own_port >> 8);
	l4[1] = (uint8_t)own_port;
	l4[2] = PEER_PORT >> 8;
	l4[3] = (uint8_t)PEER_PORT;
	seq = rte_cpu_to_be_32(iss - 77); /* a forgery */
	memcpy(l4 + 4, &seq, 4);
	tcp_error(n, &e);
	expect("", "");
	seq = rte_cpu_to_be_32(iss + 1);
	memcpy(l4 + 4, &seq, 4);
	tcp_error(n, &e);
	expect("A1.1+960 A961.1+960 A1921.1+960 PA2881.1+40", "");
	assert_int_equal(p->mss, 960);
	ack(1 + 2 * MSS);
	expect("", "S2920");
	t_fini();
}

static void unreachable(int hard)
{
	uint8_t l4[8] = { (uint8_t)(own_port >> 8), (uint8_t)own_port,
			  PEER_PORT >> 8, (uint8_t)PEER_PORT };
	struct ip_error e = { .src = addr_from_v4(US),
			      .dst = addr_from_v4(PEER),
			      .proto = IPPROTO_TCP,
			      .hard = (uint8_t)hard,
			      .err = EHOSTUNREACH,
			      .l4 = l4 };
	uint32_t seq = rte_cpu_to_be_32(p->snd_una);

	memcpy(l4 + 4, &seq, 4);
	tcp_error(n, &e);
}

static void test_unreachable(void **state)
{
	(void)state;
	t_init();
	t_connect();
	unreachable(1);
	expect("", "C113");
	t_fini();
	/* soft where established: the reason of a later timeout */
	t_init();
	t_established();
	t_send(0, 10, 0);
	expect("PA1.1+10", "");
	unreachable(1);
	expect("", "");
	for (unsigned i = 0; i < 17; i++)
		pass(130 * SEC);
	tcp_output_pending(n);
	out[0] = 0;
	assert_string_equal(events(), "D113");
	t_fini();
}

static void test_idle_restart(void **state)
{
	(void)state;
	t_init();
	t_established();
	t_send(0, 10, 0);
	expect("PA1.1+10", "");
	ack(11);
	events();
	p->cwnd = 100 * MSS;
	pass(5 * SEC);
	t_send(0, 40 * MSS, 0);
	tcp_output_pending(n);
	out[0] = 0;
	assert_int_equal(tcp_flight(p), 10 * MSS);
	t_fini();
}

/* Slow start, then CUBIC at about the loss window. */
static void test_congestion_window(void **state)
{
	uint32_t cwnd, i;

	(void)state;
	flight10(TO_SACKOK);
	cwnd = p->cwnd;
	ack(1 + 10 * MSS);
	assert_int_equal(p->cwnd, cwnd + 10 * MSS);
	p->cwnd = 100 * MSS;
	p->snd_nxt = p->snd_una; /* as if nothing was out */
	tcp_cc_loss(p);
	assert_int_equal(tcp_cubic_of(p)->wmax, 100 * MSS);
	p->ssthresh = 70 * MSS;
	p->cwnd = 70 * MSS;
	for (i = 0; i < 40 * 64; i++) { /* 4.2 s: K for 100 segments */
		struct tcp_ackinfo a = { .flight = p->cwnd,
					 .acked = p->cwnd / 64 + 1 };

		n->now += 105 * MS / 64;
		p->srtt = 105000 << 3;
		tcp_cc_ack(n, p, &a);
	}
	assert_in_range(p->cwnd, 95 * MSS, 106 * MSS);
	events();
	tcp_output_pending(n);
	out[0] = 0;
	t_fini();
}

/* NewReno, where it is asked for: a segment each round trip. */
static void test_reno(void **state)
{
	unsigned i;

	(void)state;
	flight10(TO_SACKOK);
	assert_int_equal(
		tcp_call_setopt(n, h, IX_OPT_CONGESTION, IX_CC_RENO, 0), 0);
	ack(1 + 10 * MSS);
	p->cwnd = p->ssthresh = 20 * MSS;
	for (i = 0; i < 20; i++) {
		struct tcp_ackinfo a = { .flight = p->cwnd, .acked = MSS };

		assert_int_equal(p->cwnd, 20 * MSS);
		tcp_cc_ack(n, p, &a);
	}
	assert_int_equal(p->cwnd, 21 * MSS);
	events();
	tcp_output_pending(n);
	out[0] = 0;
	t_fini();
}

/* What congestion control is told: bytes acknowledged in one round trip. */
static void test_rate_sample(void **state)
{
	struct tcp_ackinfo a = { 0 };
	struct tcp_seg s = { 0 };

	(void)state;
	flight10(TO_SACKOK);
	n->now += 50 * MS;
	s.ack = p->snd_una + 4 * MSS;
	tcp_ack_advance(n, p, &s, &a);
	assert_int_equal(a.rate_bytes, 4 * MSS);
	assert_in_range(a.rate_us, 49990, 50010);
	s.ack += 6 * MSS;
	tcp_ack_advance(n, p, &s, &a);
	assert_int_equal(a.rate_us, 0); /* nothing more was timed */
	events();
	tcp_output_pending(n);
	out[0] = 0;
	t_fini();
}

static void test_no_mbufs(void **state)
{
	(void)state;
	t_init();
	t_established();
	t_send(0, 10, 0);
	fail_alloc = 1;
	tcp_output_pending(n);
	assert_string_equal(out, "");
	assert_int_equal(tcp_pending(n), 1);
	assert_int_equal(n->starved, 1);
	assert_int_equal(n->stats.tcp_no_mbuf, 1);
	expect("PA1.1+10", "");
	assert_int_equal(tcp_pending(n), 0);
	assert_int_equal(n->starved, 0);
	t_fini();
}

/* A full transmit queue: the rest stays pending. */
static void test_tx_room(void **state)
{
	(void)state;
	t_init();
	t_established();
	t_send(0, 10, 0);
	n->ntx = NET_TXQ - 10;
	tcp_output_pending(n);
	assert_string_equal(out, "");
	assert_int_equal(tcp_pending(n), 1);
	n->ntx = 0;
	expect("PA1.1+10", "");
	t_fini();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_send_and_sent),
		cmocka_unit_test(test_mss_and_pieces),
		cmocka_unit_test(test_maxseg),
		cmocka_unit_test(test_nagle),
		cmocka_unit_test(test_cork),
		cmocka_unit_test(test_more),
		cmocka_unit_test(test_rto_backoff),
		cmocka_unit_test(test_karn),
		cmocka_unit_test(test_syn_retries),
		cmocka_unit_test(test_syn_lost_once),
		cmocka_unit_test(test_user_timeout),
		cmocka_unit_test(test_sack_recovery),
		cmocka_unit_test(test_newreno),
		cmocka_unit_test(test_rto_recovery),
		cmocka_unit_test(test_reneging),
		cmocka_unit_test(test_bad_sack),
		cmocka_unit_test(test_tail_loss_probe),
		cmocka_unit_test(test_tail_loss_lone),
		cmocka_unit_test(test_push),
		cmocka_unit_test(test_zero_window),
		cmocka_unit_test(test_zero_window_orphan),
		cmocka_unit_test(test_shrunk_window),
		cmocka_unit_test(test_silly_window),
		cmocka_unit_test(test_keepalive),
		cmocka_unit_test(test_half_close),
		cmocka_unit_test(test_close_with_data),
		cmocka_unit_test(test_close_unread),
		cmocka_unit_test(test_data_after_close),
		cmocka_unit_test(test_abort),
		cmocka_unit_test(test_close_in_syn_sent),
		cmocka_unit_test(test_orphan_retries),
		cmocka_unit_test(test_path_mtu),
		cmocka_unit_test(test_unreachable),
		cmocka_unit_test(test_idle_restart),
		cmocka_unit_test(test_congestion_window),
		cmocka_unit_test(test_reno),
		cmocka_unit_test(test_rate_sample),
		cmocka_unit_test(test_no_mbufs),
		cmocka_unit_test(test_tx_room),
	};

	if (test_eal() < 0)
		return 77;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
