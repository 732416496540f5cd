// SPDX-License-Identifier: MIT
/*
 * test_tcp_syncookie.c - listeners under a flood of SYNs
 */
#include "tcp_peer.h"

#define BACKLOG 5
#define FLOOD 1200
#define ALL (TO_TS | TO_WS | TO_SACKOK)
#define HONEST 9000	 /* port of a peer that answers */
#define LIFE (140 * SEC) /* no cookie lives so long */

static void drain(void)
{
	tcp_output_pending(n);
	out[0] = 0;
	events();
}

/* SYNs of sources that never say more; each is answered. */
static void flood(unsigned from, unsigned count)
{
	unsigned old = with, i;

	for (i = 0; i < count; i++) {
		with = i % 2 ? ALL : 0;
		rx_from_port((uint16_t)(from + i), TH_SYN, 0, 0, 0);
		tcp_output_pending(n);
		assert_string_equal(out, "SA0.1");
		out[0] = 0;
	}
	with = old;
}

static void begin(uint32_t max_conns)
{
	t_init();
	if (max_conns) {
		host_fini(&host);
		host_init(&host, US, max_conns, 7);
	}
	t_listen(BACKLOG);
}

/* A SYN, and what answers it. */
static void knock(uint16_t port)
{
	rx_from_port(port, TH_SYN, 0, 0, 0);
	expect("SA0.1", "");
}

static void enter(uint16_t port)
{
	knock(port);
	rx_from_port(port, TH_ACK, 1, 1, 0);
	expect("", "K");
	assert_int_equal(tcp_call_accept(n, h, 5), 0);
	p = pcb_of(h);
}

static void leave(void)
{
	tcp_call_close(n, h, IX_CLOSE_RST);
	drain();
	h = 0;
}

static void end(void)
{
	with = 0;
	pass(LIFE);
	drain();
	t_fini();
}

/* Silent sources keep nobody out, and hold no more than the bound. */
static void test_flood(void **state)
{
	(void)state;
	begin(2048);
	flood(10000, FLOOD);
	assert_true(n->tcp->pcbs.used <= TCP_HALF_OPEN_MIN + 1);
	enter(HONEST);
	t_send(0, 100, 0);
	expect("PA1.1+100", "");
	rx_from_port(HONEST, TH_ACK, 1, 101, 0);
	expect("", "S100");
	leave();
	end();
}

/* 16 a second, as long as it likes. */
static void test_slow_flood(void **state)
{
	unsigned i;

	(void)state;
	begin(2048);
	for (i = 0; i < 16 * 60; i++) {
		flood(10000 + i, 1);
		pass(SEC / 16);
		drain();
		assert_true(n->tcp->nsyn <= TCP_HALF_OPEN_MIN);
	}
	enter(HONEST);
	leave();
	end();
}

/* Of a full queue nothing is left after 3 s but what any listener holds. */
static void test_silent_go(void **state)
{
	unsigned i;

	(void)state;
	begin(2048);
	flood(10000, FLOOD);
	for (i = 0; i < 8; i++) {
		pass(SEC / 2);
		drain();
	}
	assert_true(n->tcp->nsyn <= TCP_HALF_OPEN_MIN / 2);
	end();
}

/* Window scale, SACK and timestamps survive in the timestamp. */
static void test_options(void **state)
{
	uint32_t ts;
	unsigned i;

	(void)state;
	for (i = 0; i < 16; i++) {
		begin(2048);
		flood(10000, FLOOD);
		pass(i * 10 * MS);
		drain();
		with = i % 2 ? ALL : TO_TS | TO_WS;
		with = i == 15 ? TO_TS : with;
		peer_wscale = i;
		peer_mss = 1400;
		enter(HONEST);
		ts = out_opts.tsval;
		assert_int_equal(n->stats.tcp_syncookie_ok, 1);
		assert_int_equal(p->snd_wscale, i == 15 ? 0 : i);
		assert_int_equal(p->rcv_wscale, i == 15 ? 0 : TCP_WSCALE);
		assert_int_equal(!!(p->flags & TF_SACK), i % 2 && i != 15);
		assert_true(p->flags & TF_TS);
		assert_int_equal(p->peer_mss, 1360);
		assert_int_equal(p->snd_wnd, 60000u << p->snd_wscale);
		assert_int_equal(p->rcv_adv - p->rcv_nxt, 65535);
		t_send(0, 10, 0);
		expect("PA1.1+10", "");
		assert_true(seq_geq(out_opts.tsval, ts)); /* PAWS at the peer */
		assert_true(out_opts.tsval - ts < 130);
		assert_int_equal(p->rto_us, TCP_RTO_INIT);
		leave();
		end();
	}
}

/* Without timestamps neither can be kept, so neither is offered. */
static void test_no_timestamps(void **state)
{
	(void)state;
	begin(2048);
	flood(10000, FLOOD);
	with = TO_WS | TO_SACKOK;
	peer_wscale = 7;
	peer_mss = 1300;
	knock(HONEST);
	assert_int_equal(out_opts.has, TO_MSS);
	with = 0;
	rx_from_port(HONEST, TH_ACK, 1, 1, 0);
	expect("", "K");
	p = pcb_of(h);
	assert_int_equal(p->flags & (TF_TS | TF_WS | TF_SACK), 0);
	assert_int_equal(p->peer_mss, 1240);
	assert_int_equal(p->snd_wnd, 60000);
	tcp_call_reject(n, h);
	h = 0;
	end();
}

/* Never more than the peer announced. */
static void test_mss(void **state)
{
	static const unsigned mss[] = { 1,    63,   64,	  535,	536,
					1239, 1460, 9000, 65535 };
	unsigned i;

	(void)state;
	begin(2048);
	flood(10000, FLOOD);
	for (i = 0; i < RTE_DIM(mss); i++) {
		peer_mss = mss[i];
		enter((uint16_t)(HONEST + i));
		assert_true(p->peer_mss <= u32_max(mss[i], TCP_MSS_MIN));
		assert_true(p->peer_mss * 3 >= u32_min(mss[i], 8960));
		leave();
	}
	end();
}

/* Bytes, and a FIN, on the segment that completes the handshake. */
static void test_data_with_ack(void **state)
{
	(void)state;
	begin(2048);
	flood(10000, FLOOD);
	with = ALL;
	knock(HONEST);
	rx_from_port(HONEST, TH_ACK | TH_PSH | TH_FIN, 1, 1, 100);
	expect("A1.102", "K");
	assert_int_equal(tcp_call_accept(n, h, 5), 0);
	expect("", "R100 E");
	leave();
	end();
}

/* What was not given is refused as it always was, and costs no connection. */
static void test_forged(void **state)
{
	unsigned used, i;

	(void)state;
	begin(2048);
	rx_from_port(HONEST, TH_ACK, 1, 1, 0); /* nothing was ever given */
	drain();
	assert_int_equal(n->stats.tcp_syncookie_bad, 0);
	flood(10000, FLOOD);
	knock(HONEST);
	used = n->tcp->pcbs.used;
	for (i = 9; i < 1000; i++) {
		rx_from_port(HONEST, TH_ACK, 1, i, 0);
		assert_int_equal(out[0], 'R');
		out[0] = 0;
	}
	rx_from_port(HONEST, TH_ACK, 2, 1, 0);
	assert_string_equal(out, "R1");
	out[0] = 0;
	rx_from_port(HONEST + 1, TH_ACK, 1, 1, 0);
	assert_string_equal(out, "R1");
	out[0] = 0;
	assert_int_equal(n->stats.tcp_syncookie_bad, 991 + 2);
	rx_from_port(HONEST, TH_SYN | TH_ACK, 1, 1, 0);
	rx_from_port(HONEST, TH_RST, 1, 1, 0);
	assert_int_equal(n->tcp->pcbs.used, used);
	drain();
	end();
}

/* A timestamp that is not ours from lately. */
static void test_forged_timestamp(void **state)
{
	/* the bit that is 0, the future, too old, anything */
	static const uint32_t wrong[] = { 0x20, 0x100, -0x40000u, 1u << 31 };
	uint32_t ts;
	unsigned i;

	(void)state;
	begin(2048);
	pass(200 * SEC);
	flood(10000, FLOOD);
	with = ALL;
	knock(HONEST);
	ts = out_opts.tsval;
	for (i = 0; i < RTE_DIM(wrong); i++) {
		out_opts.tsval = ts + wrong[i];
		rx_from_port(HONEST, TH_ACK, 1, 1, 0);
		assert_string_equal(out, "R1");
		out[0] = 0;
		assert_int_equal(n->stats.tcp_syncookie_bad_ts, i + 1);
	}
	out_opts.tsval = ts;
	rx_from_port(HONEST, TH_ACK, 1, 1, 0);
	expect("", "K");
	tcp_call_reject(n, h);
	h = 0;
	end();
}

/* Each cookie lives for a minute at least and not for ever. */
static void test_age(void **state)
{
	uint32_t cookie;
	unsigned i;

	(void)state;
	for (i = 0; i < 2; i++) {
		begin(2048);
		pass(i * 30 * SEC); /* two places in an epoch */
		flood(10000, FLOOD);
		knock(HONEST);
		cookie = iss;
		pass(LIFE);
		drain();
		flood(10000, FLOOD); /* there are cookies, but newer ones */
		iss = cookie;
		rx_from_port(HONEST, TH_ACK, 1, 1, 0);
		assert_string_equal(out, "R1");
		out[0] = 0;
		knock(HONEST);
		cookie = iss;
		pass(60 * SEC);
		drain();
		iss = cookie;
		rx_from_port(HONEST, TH_ACK, 1, 1, 0);
		expect("", "K");
		tcp_call_reject(n, h);
		h = 0;
		end();
	}
}

/* As any handshake, it waits for room in the backlog. */
static void test_backlog(void **state)
{
	ix_handle_t first[BACKLOG + 1];
	uint32_t cookie;
	unsigned i;

	(void)state;
	begin(2048);
	flood(10000, FLOOD);
	knock(HONEST);
	cookie = iss;
	for (i = 0; i <= BACKLOG; i++) {
		knock((uint16_t)(HONEST + 1 + i));
		rx_from_port((uint16_t)(HONEST + 1 + i), TH_ACK, 1, 1, 0);
		expect("", "K");
		first[i] = h;
	}
	iss = cookie;
	rx_from_port(HONEST, TH_ACK, 1, 1, 0);
	expect("", "");
	assert_int_equal(n->stats.tcp_drop_backlog_ack, 1);
	for (i = 0; i <= BACKLOG; i++)
		assert_int_equal(tcp_call_reject(n, first[i]), 0);
	drain();
	iss = cookie;
	rx_from_port(HONEST, TH_ACK, 1, 1, 9);
	expect("A1.10", "K");
	tcp_call_reject(n, h);
	h = 0;
	end();
}

static struct tcp_pcb *find(uint16_t port)
{
	struct ix_addr own = addr_from_v4(US), peer = addr_from_v4(PEER);

	return tcp_hash_find(n->tcp, &own, PORT, &peer, port);
}

/* A half-open connection that was forgotten is completed all the same. */
static void test_forgotten(void **state)
{
	uint32_t mine, ts;

	(void)state;
	begin(2048);
	flood(10000, TCP_HALF_OPEN_MIN - 10);
	with = ALL;
	peer_wscale = 9;
	knock(HONEST);
	assert_int_equal(n->stats.tcp_syncookie_sent, 0);
	mine = iss;
	ts = out_opts.tsval;
	assert_non_null(find(HONEST));
	while (find(HONEST))
		assert_int_equal(tcp_syn_evict(n), 1);
	pass(SEC);
	drain();
	iss = mine;
	out_opts.tsval = ts;
	rx_from_port(HONEST, TH_ACK, 1, 1, 0);
	expect("", "K");
	assert_int_equal(n->stats.tcp_syncookie_ok, 1);
	assert_int_equal(pcb_of(h)->snd_wscale, 9);
	tcp_call_reject(n, h);
	h = 0;
	end();
}

/* What a cookie cannot keep is not offered where it may have to. */
static void test_forgotten_options(void **state)
{
	(void)state;
	begin(2048);
	flood(10000, TCP_HALF_OPEN_MIN - 10);
	with = TO_WS | TO_SACKOK;
	peer_wscale = 9;
	knock(HONEST);
	assert_non_null(find(HONEST));
	assert_int_equal(find(HONEST)->flags & (TF_WS | TF_SACK), 0);
	assert_int_equal(out_opts.has & (TO_WS | TO_SACKOK), 0);
	end();
}

/* Whose last step waits for room in the backlog is not forgotten meanwhile. */
static void test_waits_for_backlog(void **state)
{
	ix_handle_t first[BACKLOG + 1];
	uint32_t mine[100], i;

	(void)state;
	begin(2048);
	for (i = 0; i < 100; i++) {
		knock((uint16_t)(HONEST + i));
		mine[i] = iss;
	}
	for (i = 0; i < 100; i++) {
		iss = mine[i];
		rx_from_port((uint16_t)(HONEST + i), TH_ACK, 1, 1, 0);
		expect("", i <= BACKLOG ? "K" : "");
		if (i <= BACKLOG)
			first[i] = h;
	}
	pass(4 * SEC);
	drain();
	assert_int_equal(n->tcp->nsyn, 100 - BACKLOG - 1);
	for (i = 0; i <= BACKLOG; i++)
		assert_int_equal(tcp_call_reject(n, first[i]), 0);
	drain();
	iss = mine[BACKLOG + 1];
	rx_from_port(HONEST + BACKLOG + 1, TH_ACK, 1, 1, 9);
	expect("A1.10", "K");
	tcp_call_reject(n, h);
	h = 0;
	end();
}

/* Of all connections a quarter may be half-open; those known come first. */
static void test_few_places(void **state)
{
	ix_handle_t own[64];
	unsigned i;

	(void)state;
	begin(64);
	flood(10000, 200);
	assert_int_equal(n->tcp->nsyn, 64 / 4);
	for (i = 0; i < 64; i++) { /* our own take the places */
		struct ix_bsys b = { .ip = addr_from_v4(PEER),
				     .rport = (uint16_t)(100 + i) };

		assert_int_equal(tcp_call_connect(n, &b), 0);
		own[i] = b.handle;
		own_port = PORT;
	}
	assert_int_equal(n->stats.tcp_syn_evicted, 64 / 4);
	drain();
	own_port = PORT;
	knock(HONEST); /* no place: a cookie, and the answer waits for one */
	rx_from_port(HONEST, TH_ACK, 1, 1, 0);
	expect("", "");
	assert_int_equal(n->stats.tcp_drop_nopcb, 1);
	for (i = 0; i < 64; i++)
		tcp_call_close(n, own[i], IX_CLOSE_RST);
	tcp_output_pending(n);
	out[0] = 0;
	events();
	rx_from_port(HONEST, TH_ACK, 1, 1, 0);
	expect("", "K");
	tcp_call_reject(n, h);
	h = 0;
	end();
}

/* The successor of a TIME-WAIT has a state: its numbers have a floor. */
static void test_time_wait(void **state)
{
	uint32_t old;

	(void)state;
	begin(2048);
	enter(HONEST);
	tcp_call_shutdown(n, h);
	expect("FA1.1", "");
	rx_from_port(HONEST, TH_ACK | TH_FIN, 1, 2, 0);
	expect("A2.2", "E D0");
	old = p->snd_nxt;
	tcp_call_close(n, h, 0);
	h = 0;
	flood(10000, FLOOD);
	rx_from_port(HONEST, TH_SYN, 100, 0, 0);
	expect("SA0.101", "");
	assert_true(seq_geq(iss, old + 65537));
	assert_true(n->tcp->nsyn > TCP_HALF_OPEN_MIN);
	irs += 100;
	rx_from_port(HONEST, TH_ACK, 1, 1, 0);
	expect("", "K");
	tcp_call_reject(n, h);
	h = 0;
	end();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_flood),
		cmocka_unit_test(test_slow_flood),
		cmocka_unit_test(test_silent_go),
		cmocka_unit_test(test_options),
		cmocka_unit_test(test_no_timestamps),
		cmocka_unit_test(test_mss),
		cmocka_unit_test(test_data_with_ack),
		cmocka_unit_test(test_forged),
		cmocka_unit_test(test_forged_timestamp),
		cmocka_unit_test(test_age),
		cmocka_unit_test(test_backlog),
		cmocka_unit_test(test_forgotten),
		cmocka_unit_test(test_forgotten_options),
		cmocka_unit_test(test_waits_for_backlog),
		cmocka_unit_test(test_few_places),
		cmocka_unit_test(test_time_wait),
	};

	if (test_eal() < 0)
		return 77;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
