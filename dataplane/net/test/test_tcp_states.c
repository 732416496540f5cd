// SPDX-License-Identifier: MIT
/*
 * test_tcp_states.c - each state of RFC 9293, each kind of segment
 *
 * A constructor makes the state, one segment goes in, what comes out and the
 * next state are asserted, then silence. All of it twice: sequence numbers
 * small, and at the wrap.
 */
#include "tcp_peer.h"

#define FA (TH_FIN | TH_ACK)
#define SA (TH_SYN | TH_ACK)
#define RA (TH_RST | TH_ACK)
#define OFF 0x20000 /* outside of any window here */

struct row {
	unsigned state;
	unsigned flags;
	uint32_t seq, ack;
	unsigned len;
	const char *out, *ev;
	unsigned next;
};

static const struct row rows[] = {
	/* SYN-SENT: 9293 3.10.7.3 */
	{ TCPS_SYN_SENT, SA, 0, 1, 0, "A1.1", "C0", TCPS_ESTABLISHED },
	{ TCPS_SYN_SENT, SA, 0, 1, 9, "A1.10", "C0 R9", TCPS_ESTABLISHED },
	{ TCPS_SYN_SENT, SA, 0, 2, 0, "R2", "", TCPS_SYN_SENT },
	{ TCPS_SYN_SENT, SA, 0, 0, 0, "R0", "", TCPS_SYN_SENT },
	{ TCPS_SYN_SENT, TH_ACK, 1, 1, 0, "", "", TCPS_SYN_SENT },
	{ TCPS_SYN_SENT, TH_ACK, 1, 2, 0, "R2", "", TCPS_SYN_SENT },
	{ TCPS_SYN_SENT, RA, 0, 1, 0, "", "C111", TCPS_CLOSED },
	{ TCPS_SYN_SENT, RA, 0, 2, 0, "", "", TCPS_SYN_SENT },
	{ TCPS_SYN_SENT, TH_RST, 0, 0, 0, "", "", TCPS_SYN_SENT },
	{ TCPS_SYN_SENT, TH_SYN, 0, 0, 0, "SA0.1", "", TCPS_SYN_RCVD },
	{ TCPS_SYN_SENT, TH_FIN, 0, 0, 0, "", "", TCPS_SYN_SENT },
	{ TCPS_SYN_SENT, 0, 0, 0, 9, "", "", TCPS_SYN_SENT },
	/* SYN-RECEIVED */
	{ TCPS_SYN_RCVD, TH_ACK, 1, 1, 0, "", "K", TCPS_ESTABLISHED },
	{ TCPS_SYN_RCVD, TH_ACK, 1, 1, 9, "A1.10", "K", TCPS_ESTABLISHED },
	{ TCPS_SYN_RCVD, TH_ACK, 1, 2, 0, "R2", "", TCPS_SYN_RCVD },
	{ TCPS_SYN_RCVD, TH_ACK, 1, 0, 0, "R0", "", TCPS_SYN_RCVD },
	{ TCPS_SYN_RCVD, TH_SYN, 0, 0, 0, "SA0.1", "", TCPS_SYN_RCVD },
	{ TCPS_SYN_RCVD, TH_SYN, 5, 0, 0, "A1.1", "", TCPS_SYN_RCVD },
	{ TCPS_SYN_RCVD, TH_RST, 1, 0, 0, "", "", TCPS_FREE },
	{ TCPS_SYN_RCVD, TH_RST, 2, 0, 0, "A1.1", "", TCPS_SYN_RCVD },
	{ TCPS_SYN_RCVD, TH_RST, OFF, 0, 0, "", "", TCPS_SYN_RCVD },
	{ TCPS_SYN_RCVD, FA, 1, 1, 0, "A1.2", "K", TCPS_CLOSE_WAIT },
	{ TCPS_SYN_RCVD, TH_ACK, OFF, 1, 0, "A1.1", "", TCPS_SYN_RCVD },
	{ TCPS_SYN_RCVD, 0, 1, 0, 9, "", "", TCPS_SYN_RCVD },
	/* ESTABLISHED */
	{ TCPS_ESTABLISHED, TH_SYN, 1, 0, 0, "A1.1", "", TCPS_ESTABLISHED },
	{ TCPS_ESTABLISHED, TH_SYN, OFF, 0, 0, "A1.1", "", TCPS_ESTABLISHED },
	{ TCPS_ESTABLISHED, SA, 0, 1, 0, "A1.1", "", TCPS_ESTABLISHED },
	{ TCPS_ESTABLISHED, TH_RST, 1, 0, 0, "", "D104", TCPS_CLOSED },
	{ TCPS_ESTABLISHED, RA, 1, 1, 0, "", "D104", TCPS_CLOSED },
	{ TCPS_ESTABLISHED, TH_RST, 9, 0, 0, "A1.1", "", TCPS_ESTABLISHED },
	{ TCPS_ESTABLISHED, TH_RST, OFF, 0, 0, "", "", TCPS_ESTABLISHED },
	{ TCPS_ESTABLISHED, TH_RST, 0, 0, 0, "", "", TCPS_ESTABLISHED },
	{ TCPS_ESTABLISHED, TH_ACK, 1, 1, 0, "", "", TCPS_ESTABLISHED },
	{ TCPS_ESTABLISHED, TH_ACK, 1, 0, 0, "", "", TCPS_ESTABLISHED },
	{ TCPS_ESTABLISHED, TH_ACK, 1, -OFF, 0, "A1.1", "", TCPS_ESTABLISHED },
	{ TCPS_ESTABLISHED, TH_ACK, 1, 2, 0, "", "", TCPS_ESTABLISHED },
	{ TCPS_ESTABLISHED, TH_ACK, 1, -1, 0, "A1.1", "", TCPS_ESTABLISHED },
	{ TCPS_ESTABLISHED, TH_ACK, 0, 1, 0, "A1.1", "", TCPS_ESTABLISHED },
	{ TCPS_ESTABLISHED, TH_ACK, OFF, 1, 0, "A1.1", "", TCPS_ESTABLISHED },
	{ TCPS_ESTABLISHED, TH_ACK, 1, 1, 9, "A1.10", "R9", TCPS_ESTABLISHED },
	{ TCPS_ESTABLISHED, TH_ACK, 5, 1, 9, "A1.1", "", TCPS_ESTABLISHED },
	{ TCPS_ESTABLISHED, TH_ACK, -4, 1, 9, "A1.5", "R4", TCPS_ESTABLISHED },
	{ TCPS_ESTABLISHED, TH_ACK, -8, 1, 9, "A1.1", "", TCPS_ESTABLISHED },
	{ TCPS_ESTABLISHED, TH_ACK, OFF, 1, 9, "A1.1", "", TCPS_ESTABLISHED },
	{ TCPS_ESTABLISHED, 0, 1, 0, 9, "", "", TCPS_ESTABLISHED },
	{ TCPS_ESTABLISHED, TH_ACK | TH_URG, 1, 1, 9, "A1.10", "U0!c=1 R9",
	  TCPS_ESTABLISHED },
	{ TCPS_ESTABLISHED, FA, 1, 1, 0, "A1.2", "E", TCPS_CLOSE_WAIT },
	{ TCPS_ESTABLISHED, FA, 1, 1, 9, "A1.11", "R9 E", TCPS_CLOSE_WAIT },
	{ TCPS_ESTABLISHED, FA, 5, 1, 0, "A1.1", "", TCPS_ESTABLISHED },
	{ TCPS_ESTABLISHED, FA, OFF, 1, 0, "A1.1", "", TCPS_ESTABLISHED },
	{ TCPS_ESTABLISHED, RA, 0, 1, 0, "", "", TCPS_ESTABLISHED },
	/* FIN-WAIT-1 */
	{ TCPS_FIN_WAIT_1, TH_SYN, 1, 0, 0, "A2.1", "", TCPS_FIN_WAIT_1 },
	{ TCPS_FIN_WAIT_1, TH_RST, 1, 0, 0, "", "D104", TCPS_CLOSED },
	{ TCPS_FIN_WAIT_1, TH_RST, 9, 0, 0, "A2.1", "", TCPS_FIN_WAIT_1 },
	{ TCPS_FIN_WAIT_1, TH_RST, OFF, 0, 0, "", "", TCPS_FIN_WAIT_1 },
	{ TCPS_FIN_WAIT_1, TH_ACK, 1, 1, 0, "", "", TCPS_FIN_WAIT_1 },
	{ TCPS_FIN_WAIT_1, TH_ACK, 1, 2, 0, "", "", TCPS_FIN_WAIT_2 },
	{ TCPS_FIN_WAIT_1, TH_ACK, 1, 3, 0, "A2.1", "", TCPS_FIN_WAIT_1 },
	{ TCPS_FIN_WAIT_1, TH_ACK, 1, 1, 9, "A2.10", "R9", TCPS_FIN_WAIT_1 },
	{ TCPS_FIN_WAIT_1, TH_ACK, 1, 2, 9, "A2.10", "R9", TCPS_FIN_WAIT_2 },
	{ TCPS_FIN_WAIT_1, TH_ACK, 5, 1, 9, "A2.1", "", TCPS_FIN_WAIT_1 },
	{ TCPS_FIN_WAIT_1, TH_ACK, OFF, 1, 9, "A2.1", "", TCPS_FIN_WAIT_1 },
	{ TCPS_FIN_WAIT_1, FA, 1, 1, 0, "A2.2", "E", TCPS_CLOSING },
	{ TCPS_FIN_WAIT_1, FA, 1, 2, 0, "A2.2", "E D0", TCPS_TIME_WAIT },
	{ TCPS_FIN_WAIT_1, FA, 1, 2, 9, "A2.11", "R9 E D0", TCPS_TIME_WAIT },
	/* FIN-WAIT-2 */
	{ TCPS_FIN_WAIT_2, TH_SYN, 1, 0, 0, "A2.1", "", TCPS_FIN_WAIT_2 },
	{ TCPS_FIN_WAIT_2, TH_RST, 1, 0, 0, "", "D104", TCPS_CLOSED },
	{ TCPS_FIN_WAIT_2, TH_RST, 9, 0, 0, "A2.1", "", TCPS_FIN_WAIT_2 },
	{ TCPS_FIN_WAIT_2, TH_ACK, 1, 2, 0, "", "", TCPS_FIN_WAIT_2 },
	{ TCPS_FIN_WAIT_2, TH_ACK, 1, 1, 0, "", "", TCPS_FIN_WAIT_2 },
	{ TCPS_FIN_WAIT_2, TH_ACK, 1, 3, 0, "A2.1", "", TCPS_FIN_WAIT_2 },
	{ TCPS_FIN_WAIT_2, TH_ACK, 1, 2, 9, "A2.10", "R9", TCPS_FIN_WAIT_2 },
	{ TCPS_FIN_WAIT_2, TH_ACK, 9, 2, 9, "A2.1", "", TCPS_FIN_WAIT_2 },
	{ TCPS_FIN_WAIT_2, FA, 1, 2, 0, "A2.2", "E D0", TCPS_TIME_WAIT },
	/* CLOSE-WAIT */
	{ TCPS_CLOSE_WAIT, TH_SYN, 2, 0, 0, "A1.2", "", TCPS_CLOSE_WAIT },
	{ TCPS_CLOSE_WAIT, TH_RST, 2, 0, 0, "", "D32", TCPS_CLOSED },
	{ TCPS_CLOSE_WAIT, TH_RST, 9, 0, 0, "A1.2", "", TCPS_CLOSE_WAIT },
	{ TCPS_CLOSE_WAIT, RA, 1, 1, 0, "", "D32", TCPS_CLOSED },
	{ TCPS_CLOSE_WAIT, RA, 0, 1, 0, "", "", TCPS_CLOSE_WAIT },
	{ TCPS_CLOSE_WAIT, TH_ACK, 2, 1, 0, "", "", TCPS_CLOSE_WAIT },
	{ TCPS_CLOSE_WAIT, TH_ACK, 2, 2, 0, "A1.2", "", TCPS_CLOSE_WAIT },
	{ TCPS_CLOSE_WAIT, TH_ACK, 2, 1, 9, "A1.2", "", TCPS_CLOSE_WAIT },
	{ TCPS_CLOSE_WAIT, FA, 1, 1, 0, "A1.2", "", TCPS_CLOSE_WAIT },
	{ TCPS_CLOSE_WAIT, TH_ACK, OFF, 1, 9, "A1.2", "", TCPS_CLOSE_WAIT },
	/* CLOSING */
	{ TCPS_CLOSING, TH_SYN, 2, 0, 0, "A2.2", "", TCPS_CLOSING },
	{ TCPS_CLOSING, TH_RST, 2, 0, 0, "", "D104", TCPS_CLOSED },
	{ TCPS_CLOSING, RA, 1, 1, 0, "", "D104", TCPS_CLOSED },
	{ TCPS_CLOSING, TH_ACK, 2, 1, 0, "", "", TCPS_CLOSING },
	{ TCPS_CLOSING, TH_ACK, 2, 3, 0, "A2.2", "", TCPS_CLOSING },
	{ TCPS_CLOSING, TH_ACK, 2, 2, 0, "", "D0", TCPS_TIME_WAIT },
	{ TCPS_CLOSING, FA, 1, 1, 0, "A2.2", "", TCPS_CLOSING },
	{ TCPS_CLOSING, FA, 1, 2, 0, "", "D0", TCPS_TIME_WAIT },
	/* LAST-ACK */
	{ TCPS_LAST_ACK, TH_SYN, 2, 0, 0, "A2.2", "", TCPS_LAST_ACK },
	{ TCPS_LAST_ACK, TH_RST, 2, 0, 0, "", "D104", TCPS_CLOSED },
	{ TCPS_LAST_ACK, RA, 1, 1, 0, "", "D104", TCPS_CLOSED },
	{ TCPS_LAST_ACK, TH_ACK, 2, 1, 0, "", "", TCPS_LAST_ACK },
	{ TCPS_LAST_ACK, TH_ACK, 2, 3, 0, "A2.2", "", TCPS_LAST_ACK },
	{ TCPS_LAST_ACK, TH_ACK, 2, 2, 0, "", "D0", TCPS_CLOSED },
	{ TCPS_LAST_ACK, FA, 1, 1, 0, "A2.2", "", TCPS_LAST_ACK },
	{ TCPS_LAST_ACK, TH_ACK, 2, 1, 9, "A2.2", "", TCPS_LAST_ACK },
	/* TIME-WAIT */
	{ TCPS_TIME_WAIT, TH_SYN, 2, 0, 0, "A2.2", "", TCPS_TIME_WAIT },
	{ TCPS_TIME_WAIT, TH_RST, 2, 0, 0, "", "", TCPS_CLOSED },
	{ TCPS_TIME_WAIT, TH_RST, 3, 0, 0, "", "", TCPS_TIME_WAIT },
	{ TCPS_TIME_WAIT, TH_ACK, 2, 2, 0, "", "", TCPS_TIME_WAIT },
	{ TCPS_TIME_WAIT, TH_ACK, 2, 2, 9, "A2.2", "", TCPS_TIME_WAIT },
	{ TCPS_TIME_WAIT, FA, 1, 2, 0, "A2.2", "", TCPS_TIME_WAIT },
	{ TCPS_TIME_WAIT, TH_ACK, OFF, 2, 0, "A2.2", "", TCPS_TIME_WAIT },
};

static void make(unsigned state)
{
	if (state == TCPS_SYN_RCVD) {
		t_listen(5);
		rx(TH_SYN, 0, 0, 0);
		expect("SA0.1", "");
		p = tcp_pcb_at(n->tcp, 0);
		return;
	}
	if (state == TCPS_SYN_SENT) {
		t_connect();
		return;
	}
	t_established();
	switch (state) {
	case TCPS_CLOSE_WAIT:
	case TCPS_LAST_ACK:
		rx(FA, 1, 1, 0);
		expect("A1.2", "E");
		if (state == TCPS_CLOSE_WAIT)
			break;
		tcp_call_shutdown(n, h);
		expect("FA1.2", "");
		break;
	case TCPS_FIN_WAIT_1:
	case TCPS_FIN_WAIT_2:
	case TCPS_CLOSING:
	case TCPS_TIME_WAIT:
		tcp_call_shutdown(n, h);
		expect("FA1.1", "");
		if (state == TCPS_FIN_WAIT_2 || state == TCPS_TIME_WAIT)
			rx(TH_ACK, 1, 2, 0);
		if (state == TCPS_CLOSING) {
			rx(FA, 1, 1, 0);
			expect("A2.2", "E");
		}
		if (state == TCPS_TIME_WAIT) {
			rx(FA, 1, 2, 0);
			expect("A2.2", "E D0");
		}
		break;
	default:
		break;
	}
	assert_int_equal(p->state, state);
}

static void run_rows(uint32_t base)
{
	unsigned i;

	for (i = 0; i < RTE_DIM(rows); i++) {
		const struct row *r = &rows[i];

		iss = base;
		irs = base + 1;
		t_init();
		make(r->state);
		rx(r->flags, r->seq, r->ack, r->len);
		tcp_output_pending(n);
		if (strcmp(out, r->out))
			fprintf(stderr, "row %u: state %u flags %x\n", i,
				r->state, r->flags);
		expect(r->out, r->ev);
		if (p->state != r->next)
			fprintf(stderr, "row %u: state %u flags %x\n", i,
				r->state, r->flags);
		assert_int_equal(p->state, r->next);
		t_fini();
	}
}

static void test_rows(void **state)
{
	(void)state;
	run_rows(1000);
}

static void test_rows_at_wrap(void **state)
{
	(void)state;
	run_rows(UINT32_MAX);
	run_rows(UINT32_MAX - 1);
	run_rows(UINT32_MAX - 5);
	run_rows(INT32_MAX);
}

/* RFC 9293 3.5.2: a segment for nobody */
static void test_closed(void **state)
{
	(void)state;
	t_init();
	irs = 0;
	iss = 0;
	rx(TH_SYN, 7, 0, 0);
	expect("RA0.8", "");
	rx(TH_ACK, 7, 9, 4);
	expect("R9", "");
	rx(TH_FIN, 7, 0, 4);
	expect("RA0.12", "");
	rx(TH_RST, 7, 0, 0);
	expect("", "");
	t_fini();
}

static void test_listen(void **state)
{
	(void)state;
	t_init();
	t_listen(1);
	rx(TH_RST, 0, 0, 0);
	expect("", "");
	iss = 0;
	rx(TH_ACK, 0, 9, 0);
	expect("R9", "");
	rx(0, 0, 0, 5);
	expect("", "");
	rx(TH_SYN | TH_FIN, 0, 0, 0);
	rx(TH_SYN | TH_RST, 0, 0, 0);
	expect("", "");
	rx(TH_SYN, 0, 0, 9); /* its bytes come again */
	expect("SA0.1", "");
	t_fini();
}

/* What is left of an older connection there is reset, and asked again soon. */
static void test_syn_again(void **state)
{
	(void)state;
	t_init();
	t_connect();
	rx(TH_ACK, 77, 9, 0);
	expect("R9", "");
	pass(4 * MS);
	expect("S0", "");
	rx(TH_ACK, 77, 9, 0); /* not each time */
	expect("R9", "");
	pass(500 * MS);
	expect("", "");
	t_fini();
}

/* The bytes before the reset were lost: it is behind those that were not. */
static void test_reset_behind_hole(void **state)
{
	(void)state;
	with = TO_SACKOK;
	t_init();
	t_established();
	rx(TH_ACK, 11, 1, 10);
	expect("A1.1", "");
	rx(RA, 11, 1, 0);
	expect("A1.1", "");
	rx(RA, 21, 1, 0);
	expect("", "D104");
	t_fini();
}

/* Both SYNs cross; then each acknowledges the other's. */
static void test_simultaneous_open(void **state)
{
	(void)state;
	t_init();
	t_connect();
	rx(TH_SYN, 0, 0, 0);
	expect("SA0.1", "");
	rx(SA, 0, 1, 0);
	expect("", "C0");
	assert_int_equal(p->state, TCPS_ESTABLISHED);
	t_fini();
}

static void test_simultaneous_close(void **state)
{
	(void)state;
	t_init();
	t_established();
	tcp_call_close(n, h, 0);
	expect("FA1.1", "D0");
	rx(FA, 1, 1, 0);
	expect("A2.2", "");
	rx(TH_ACK, 2, 2, 0);
	expect("", "");
	assert_int_equal(n->tcp->ntw, 1);
	t_fini();
}

/* The FIN comes first, then the bytes before it. */
static void test_fin_out_of_order(void **state)
{
	(void)state;
	t_init();
	t_established();
	rx(FA, 11, 1, 5);
	expect("A1.1", "");
	rx(TH_ACK, 1, 1, 10);
	expect("A1.17", "R10 R5 E");
	assert_int_equal(p->state, TCPS_CLOSE_WAIT);
	t_done(15);
	t_fini();
}

/* RFC 5961 7: one challenge in half a second */
static void test_challenge_limit(void **state)
{
	(void)state;
	t_init();
	t_established();
	rx(TH_RST, 9, 0, 0);
	expect("A1.1", "");
	rx(TH_RST, 9, 0, 0);
	rx(TH_SYN, 1, 0, 0);
	expect("", "");
	assert_int_equal(n->stats.tcp_challenge_limited, 2);
	pass(600 * MS);
	rx(TH_RST, 9, 0, 0);
	expect("A1.1", "");
	t_fini();
}

/* RFC 6191: TIME-WAIT yields to a SYN that is new */
static void test_time_wait_reuse(void **state)
{
	uint16_t port;

	(void)state;
	t_init();
	t_listen(5);
	rx(TH_SYN, 0, 0, 0);
	expect("SA0.1", "");
	rx(TH_ACK, 1, 1, 0);
	expect("", "K");
	assert_int_equal(tcp_call_accept(n, h, COOKIE), 0);
	tcp_call_close(n, h, 0);
	expect("FA1.1", "D0");
	rx(FA, 1, 2, 0);
	expect("A2.2", "");
	assert_int_equal(n->tcp->ntw, 1);
	port = own_port;
	rx(TH_SYN, 1, 0, 0); /* old */
	expect("A2.2", "");
	{
		uint32_t old = iss;

		irs += 100;
		rx(TH_SYN, 0, 0, 0);
		expect("SA0.1", "");
		assert_true(seq_gt(iss, old + 2));
	}
	assert_int_equal(own_port, port);
	assert_int_equal(n->tcp->ntw, 0);
	assert_int_equal(n->stats.tcp_tw_reused, 1);
	h = 0;
	t_fini();
}

/* RFC 7323 5: PAWS */
static void test_paws(void **state)
{
	(void)state;
	with = TO_TS;
	t_init();
	t_established();
	peer_ts = 1000010;
	rx(TH_ACK, 1, 1, 10);
	expect("A1.11", "R10");
	assert_int_equal(out_opts.tsecr, 1000010);
	peer_ts = 1000008;
	rx(TH_ACK, 11, 1, 10);
	expect("A1.11", "");
	assert_int_equal(n->stats.tcp_drop_paws, 1);
	rx(TH_RST, 15, 0, 0); /* PAWS does not judge resets */
	expect("A1.11", "");
	rx(TH_ACK, 11, 1, 0); /* an acknowledgement that was overtaken */
	expect("", "");
	assert_int_equal(n->stats.tcp_drop_paws, 1);
	pass(25ull * 86400 * SEC); /* TS.Recent is no longer valid */
	rx(TH_ACK, 11, 1, 10);
	expect("A1.21", "R10");
	t_done(20);
	t_fini();
}

/* As Linux: without the timestamp the sequence number alone counts. */
static void test_no_timestamp(void **state)
{
	(void)state;
	with = TO_TS;
	t_init();
	t_established();
	with = 0;
	rx(TH_ACK, 1, 1, 10);
	expect("A1.11", "R10");
	assert_int_equal(out_opts.has, TO_TS); /* ours has one */
	rx(TH_ACK, OFF, 1, 10);
	expect("A1.11", "");
	rx(FA, 11, 1, 0);
	expect("A1.12", "E");
	t_done(10);
	t_fini();
}

/* A peer whose SYN had a timestamp of 0, for want of a clock. */
static void test_timestamp_zero(void **state)
{
	(void)state;
	with = TO_TS;
	t_init();
	peer_ts = 0;
	t_established();
	peer_ts = 0x90000000;
	rx(TH_ACK, 1, 1, 10);
	expect("A1.11", "R10");
	assert_int_equal(out_opts.tsecr, 0x90000000);
	t_done(10);
	t_fini();
}

/* A connection that we end has its timestamps to the last. */
static void test_reset_timestamp(void **state)
{
	(void)state;
	with = TO_TS;
	t_init();
	t_established();
	tcp_call_close(n, h, IX_CLOSE_RST);
	expect("RA1.1", "D0");
	assert_int_equal(out_opts.has, TO_TS);
	h = 0;
	t_fini();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_rows_at_wrap),
		cmocka_unit_test(test_closed),
		cmocka_unit_test(test_listen),
		cmocka_unit_test(test_simultaneous_open),
		cmocka_unit_test(test_simultaneous_close),
		cmocka_unit_test(test_fin_out_of_order),
		cmocka_unit_test(test_challenge_limit),
		cmocka_unit_test(test_time_wait_reuse),
		cmocka_unit_test(test_syn_again),
		cmocka_unit_test(test_reset_behind_hole),
		cmocka_unit_test(test_paws),
		cmocka_unit_test(test_no_timestamp),
		cmocka_unit_test(test_timestamp_zero),
		cmocka_unit_test(test_reset_timestamp),
	};

	if (test_eal() < 0)
		return 77;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
