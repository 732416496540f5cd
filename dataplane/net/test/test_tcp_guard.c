// SPDX-License-Identifier: MIT
/*
 * test_tcp_guard.c - whom a socket does not hear, how fast and how much it sends
 */
#include "tcp_peer.h"

#define RATE 1000000u /* bytes a second */

static void test_a_held_connect_waits_for_its_settings(void **state)
{
	struct ix_bsys b = { .ip = addr_from_v4(PEER),
			     .rport = PEER_PORT,
			     .flags = IX_HELD };

	(void)state;
	t_init();
	assert_int_equal(tcp_call_connect(n, &b), 0);
	h = b.handle;
	expect("", "");
	t_opt(IX_OPT_NODELAY, 1);
	t_opt(IX_OPT_MAXSEG, 600);
	pass(5000 * MS);
	expect("", "");
	t_opt(IX_OPT_MUTE, 0);
	expect("S0", "");
	assert_int_equal(out_opts.mss, 600);
	t_fini();
}

static void test_a_held_listener_hears_nobody(void **state)
{
	struct ix_bsys b = { .lport = PORT, .len = 4, .flags = IX_HELD };

	(void)state;
	t_init();
	assert_int_equal(tcp_call_listen(n, &b), 0);
	lh = b.handle;
	rx(TH_SYN, 0, 0, 0);
	expect("", "");
	assert_int_equal(tcp_call_setopt(n, lh, IX_OPT_MUTE, 0, 0), 0);
	rx(TH_SYN, 0, 0, 0);
	expect("SA0.1", "");
	t_fini();
}

/* Segments come with 64. */
static void test_a_least_ttl(void **state)
{
	(void)state;
	t_init();
	t_established();
	t_opt(IX_OPT_MINTTL, 65);
	rx(TH_ACK, 1, 1, 10);
	assert_int_equal(p->rcv_nxt - irs, 1);
	assert_int_equal(n->stats.tcp_drop_guard, 1);
	t_opt(IX_OPT_MINTTL, 64);
	rx(TH_ACK, 1, 1, 10);
	assert_int_equal(p->rcv_nxt - irs, 11);
	t_fini();
}

static void test_a_listener_has_a_least_ttl(void **state)
{
	(void)state;
	t_init();
	t_listen(4);
	assert_int_equal(tcp_call_setopt(n, lh, IX_OPT_MINTTL, 255, 0), 0);
	rx(TH_SYN, 0, 0, 0);
	expect("", "");
	assert_int_equal(n->stats.tcp_drop_guard, 1);
	t_fini();
}

static void test_out_of_scope_there_is_no_connection(void **state)
{
	(void)state;
	t_init();
	t_established();
	t_opt(IX_OPT_SCOPE, IX_SCOPE_HOST);
	rx(TH_ACK, 1, 1, 10);
	assert_int_equal(p->rcv_nxt - irs, 1);
	expect("R1", "");
	t_opt(IX_OPT_SCOPE, IX_SCOPE_ANY);
	rx(TH_ACK, 1, 1, 10);
	assert_int_equal(p->rcv_nxt - irs, 11);
	t_fini();
}

static void test_little_is_left_unsent(void **state)
{
	struct ix_sg sg = { (uint64_t)(uintptr_t)pattern, 5000 };

	(void)state;
	t_init();
	peer_wnd = 0;
	t_established();
	t_opt(IX_OPT_NOTSENT, 1000);
	assert_int_equal(tcp_call_sendv(n, h, &sg, 1, 0), 1000);
	assert_int_equal(tcp_call_sendv(n, h, &sg, 1, 0), 0);
	t_opt(IX_OPT_NOTSENT, 0);
	assert_int_equal(tcp_call_sendv(n, h, &sg, 1, 0), 5000);
	t_fini();
}

static void test_the_window_has_a_bound(void **state)
{
	(void)state;
	t_init();
	t_established();
	t_opt(IX_OPT_CLAMP, 1);
	assert_int_equal(p->conf.rcvbuf, TCP_CLAMP_MIN);
	t_opt(IX_OPT_RCVBUF, 100000);
	assert_int_equal(p->conf.rcvbuf, TCP_CLAMP_MIN);
	t_opt(IX_OPT_CLAMP, 0);
	t_opt(IX_OPT_RCVBUF, 100000);
	assert_int_equal(p->conf.rcvbuf, 100000);
	t_fini();
}

/* 13,000 bytes take 13 ms, of which some 4 are lent. */
static void test_a_rate(void **state)
{
	uint32_t sent;

	(void)state;
	t_init();
	t_established();
	t_opt(IX_OPT_PACING, RATE);
	t_send(0, 13000, 0);
	tcp_output_pending(n);
	sent = p->snd_nxt - p->snd_una;
	assert_in_range(sent, 4000, 7000);
	pass(4 * MS);
	tcp_output_pending(n);
	assert_in_range(p->snd_nxt - p->snd_una, sent + 1, sent + 7000);
	pass(20 * MS);
	tcp_output_pending(n);
	assert_int_equal(p->snd_nxt - p->snd_una, 13000);
	out[0] = 0;
	t_fini();
}

static void test_few_syns(void **state)
{
	(void)state;
	t_init();
	t_connect();
	t_opt(IX_OPT_SYNCNT, 1);
	expect_after(1000 * MS, "S0");
	assert_int_equal(p->err, 0);
	pass(2100 * MS);
	assert_int_equal(p->err, ETIMEDOUT);
	t_fini();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_held_connect_waits_for_its_settings),
		cmocka_unit_test(test_a_held_listener_hears_nobody),
		cmocka_unit_test(test_a_least_ttl),
		cmocka_unit_test(test_a_listener_has_a_least_ttl),
		cmocka_unit_test(test_out_of_scope_there_is_no_connection),
		cmocka_unit_test(test_little_is_left_unsent),
		cmocka_unit_test(test_the_window_has_a_bound),
		cmocka_unit_test(test_a_rate),
		cmocka_unit_test(test_few_syns),
	};

	if (test_eal() < 0)
		return 77;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
