// SPDX-License-Identifier: MIT
/*
 * test_tcp_urg.c - urgent data: marks that come, and our own
 *
 * The payload of the peer's segments counts up from its sequence number, so the
 * byte of an URG event is the number of the mark.
 */
#include "net/tcp/state/tcp_urg.h"
#include "tcp_peer.h"

#define MSS 1460u
#define FA (TH_FIN | TH_ACK)

static void t_ready(void)
{
	t_init();
	t_established();
}

static void urg(uint32_t seq, unsigned len, uint16_t up)
{
	rx_urg(TH_ACK, seq, 1, len, up);
}

/*
 * What comes
 */

/* The byte before the pointer; it stays in the stream. */
static void test_byte(void **state)
{
	(void)state;
	t_ready();
	urg(1, 7, 7);
	expect("A1.8", "U6!c=7 R7");
	rx(TH_ACK, 8, 1, 5);
	expect("A1.13", "R5");
	assert_false(p->flags & TF_URGENT);
	t_fini();
}

/* Announced, and there with the bytes that it is among. */
static void test_mark_before_byte(void **state)
{
	(void)state;
	t_ready();
	urg(1, 0, 20);
	expect("", "U19!c");
	rx(TH_ACK, 1, 1, 10);
	expect("A1.11", "R10");
	rx(TH_ACK, 11, 1, 10);
	expect("A1.21", "U9=20 R10");
	rx(TH_ACK, 21, 1, 1);
	expect("A1.22", "R1");
	t_fini();
}

/* The same pointer in each segment up to its byte is one mark. */
static void test_repeated(void **state)
{
	(void)state;
	t_ready();
	urg(1, 10, 30);
	expect("A1.11", "U29!c R10");
	urg(11, 10, 20);
	expect("A1.21", "R10");
	urg(21, 10, 10);
	expect("A1.31", "U9=30 R10");
	t_fini();
}

/* Sent again, it is old. */
static void test_duplicate(void **state)
{
	(void)state;
	t_ready();
	urg(1, 7, 7);
	expect("A1.8", "U6!c=7 R7");
	urg(1, 7, 7);
	expect("A1.8", "");
	urg(8, 0, 0); /* of an empty one: the byte that is to come */
	expect("", "U0!c");
	urg(1, 12, 7);
	expect("A1.13", "U0=8 R5");
	t_fini();
}

/* Out of order its byte is known before those in front of it. */
static void test_disorder(void **state)
{
	(void)state;
	t_ready();
	urg(11, 10, 5);
	expect("A1.1", "U14!c=15");
	urg(11, 10, 5);
	expect("A1.1", "");
	rx(TH_ACK, 1, 1, 10);
	expect("A1.21", "R10 R10");
	rx(TH_ACK, 21, 1, 1);
	expect("A1.22", "R1");
	assert_false(p->flags & TF_URGENT);
	t_fini();
}

/* A mark that the pointer of an earlier byte follows is kept. */
static void test_overtaken(void **state)
{
	(void)state;
	t_ready();
	urg(11, 10, 10);
	urg(1, 10, 10);
	expect("A1.21", "U19!c=20 R10 R10");
	t_fini();
}

static void test_wrap(void **state)
{
	(void)state;
	irs = UINT32_MAX - 12;
	t_ready();
	urg(1, 0, 30);
	expect("", "U29!c");
	rx(TH_ACK, 1, 1, 20);
	expect("A1.21", "R20");
	urg(21, 10, 10);
	expect("A1.31", "U9=30 R10");
	t_fini();
}

/* Long after a mark another one is news, wherever it is. */
static void test_long_after(void **state)
{
	(void)state;
	t_ready();
	urg(1, 7, 7);
	expect("A1.8", "U6!c=7 R7");
	rx(TH_ACK, 8, 1, 1);
	expect("A1.9", "R1");
	tcp_marks(n->tcp, p)->rcv_up =
		p->rcv_nxt + (1u << 31) + 10; /* as 2 GB later */
	urg(9, 5, 5);
	expect("A1.14", "U4!c=13 R5");
	t_fini();
}

/* Not told of meanwhile, a newer mark is the only one. */
static void test_replaced(void **state)
{
	(void)state;
	t_ready();
	urg(1, 5, 5);
	urg(6, 5, 5);
	expect("A1.11", "U9!c(4+1)=10 R5 R5");
	urg(11, 1, 1);
	urg(12, 1, 1);
	urg(13, 1, 1);
	urg(14, 5, 5);
	expect("A1.19", "U7!c(0+3)=18 R1 R1 R1 R5");
	t_done(18);
	/* of others than the first ones nothing needs to be known */
	urg(19, 5, 5);
	urg(24, 5, 5);
	urg(29, 1, 1);
	expect("A1.30", "U10!c(4+1)=29 R5 R5 R1");
	t_fini();
}

/* Its byte had not come: that will be one like others. */
static void test_replaced_early(void **state)
{
	(void)state;
	t_ready();
	urg(1, 0, 1);
	expect("", "U0!c");
	urg(1, 2, 2);
	expect("A1.3", "U1!=2 R2");
	urg(3, 0, 1);
	urg(3, 2, 2);
	expect("A1.5", "U1!c=4 R2");
	t_fini();
}

static void test_fin(void **state)
{
	(void)state;
	t_ready();
	rx_urg(FA, 1, 1, 7, 7);
	expect("A1.9", "U6!c=7 R7 E");
	urg(9, 0, 5); /* nothing can follow */
	expect("", "");
	t_fini();
}

/* One that was announced and never comes. */
static void test_fin_before_byte(void **state)
{
	(void)state;
	t_ready();
	rx_urg(FA, 1, 1, 7, 9);
	expect("A1.9", "U8!c R7 E");
	t_fini();
}

/* A half-closed side still hears of it; not one that was closed. */
static void test_states(void **state)
{
	(void)state;
	t_ready();
	assert_int_equal(tcp_call_shutdown(n, h), 0);
	expect("FA1.1", "");
	urg(1, 2, 2);
	expect("A2.3", "U1!c=2 R2");
	rx_urg(TH_ACK, 3, 2, 2, 2);
	expect("A2.5", "U1!c=4 R2");
	t_done(4);
	assert_int_equal(tcp_call_close(n, h, 0), 0);
	rx_urg(TH_ACK, 5, 2, 0, 2);
	expect("", "D0");
	t_fini();
}

/* Before ACCEPT it waits, as what comes does. */
static void test_not_accepted(void **state)
{
	(void)state;
	t_init();
	t_listen(5);
	rx(TH_SYN, 0, 0, 0);
	expect("SA0.1", "");
	rx(TH_ACK, 1, 1, 0);
	expect("", "K");
	urg(1, 3, 3);
	expect("A1.4", "");
	assert_int_equal(tcp_call_accept(n, h, COOKIE), 0);
	expect("", "U2!c=3 R3");
	t_fini();
}

/* A pointer in every segment costs one event for each round. */
static void test_one_event(void **state)
{
	unsigned i;

	(void)state;
	t_ready();
	for (i = 0; i < 50; i++)
		urg(1 + 10 * i, 10, 10);
	tcp_output_pending(n);
	out[0] = 0;
	assert_memory_equal(events(), "U499!c(9+1)=244 R10", 19);
	t_fini();
}

/*
 * What is sent
 */
static void test_send(void **state)
{
	(void)state;
	t_ready();
	t_send(0, 3, IX_SENDV_URG);
	expect("PA1.1+3^3", "");
	/* Nagle's algorithm does not hold it, nor what follows it */
	t_send(3, 1, IX_SENDV_URG);
	expect("PA4.1+1^1", "");
	t_send(4, 1, 0);
	expect("PA5.1+1", "");
	rx(TH_ACK, 1, 5, 0);
	expect("", "S4");
	assert_false(p->flags & TF_URGENT);
	t_send(5, 1, 0);
	expect("", "");
	rx(TH_ACK, 1, 6, 0);
	expect("PA6.1+1", "S1");
	t_fini();
}

/* A call without bytes says nothing of those before. */
static void test_send_nothing(void **state)
{
	(void)state;
	t_ready();
	t_send(0, 3, 0);
	expect("PA1.1+3", "");
	t_send(3, 0, IX_SENDV_URG);
	expect("", "");
	assert_false(p->urg & URG_SND);
	assert_false(p->flags & TF_URGENT);
	t_fini();
}

static void test_send_corked(void **state)
{
	(void)state;
	t_ready();
	t_opt(IX_OPT_CORK, 1);
	t_send(0, 3, 0);
	expect("", "");
	t_send(3, 1, IX_SENDV_URG | IX_SENDV_MORE);
	expect("A1.1+4^4", "");
	t_fini();
}

/* Each segment before the mark points there; so does an acknowledgement. */
static void test_send_long(void **state)
{
	(void)state;
	t_ready();
	p->cwnd = 2 * MSS;
	t_send(0, 4 * MSS, IX_SENDV_URG);
	expect("A1.1+1460^5840 A1461.1+1460^4380", "");
	rx(TH_ACK, 1, 1, 10);
	expect("A2921.11^2920", "R10");
	t_fini();
}

static void test_send_again(void **state)
{
	(void)state;
	t_ready();
	t_send(0, 3, IX_SENDV_URG);
	expect("PA1.1+3^3", "");
	pass(2 * SEC);
	tcp_output_pending(n);
	assert_memory_equal(out, "PA1.1+3^3", 9);
	out[0] = 0;
	rx(TH_ACK, 1, 4, 0);
	expect("", "S3");
	t_fini();
}

/* Two of them with one pointer: the one that is newer. */
static void test_send_two(void **state)
{
	(void)state;
	t_ready();
	t_send(0, 3, IX_SENDV_URG);
	t_send(3, 3, IX_SENDV_URG);
	expect("PA1.1+6^6", "");
	t_fini();
}

/* A peer that takes nothing hears of it all the same. */
static void test_send_probe(void **state)
{
	(void)state;
	t_ready();
	rx_wnd(0, 1, 1);
	t_send(0, 3, IX_SENDV_URG);
	expect("", "");
	pass(2 * SEC);
	tcp_output_pending(n);
	assert_memory_equal(out, "A1.1^3 A0.1^4", 13);
	out[0] = 0;
	rx_wnd(100, 1, 1);
	expect("PA1.1+3^3", "");
	rx(TH_ACK, 1, 4, 0);
	expect("", "S3");
	t_fini();
}

/* Too far away: as far as can be, if that is not sent yet. */
static void test_send_far(void **state)
{
	(void)state;
	with = TO_WS;
	peer_wscale = 4;
	t_ready();
	rx(TH_ACK, 1, 1, 0);
	t_opt(IX_OPT_SNDBUF, 200000);
	p->cwnd = MSS;
	t_send(0, 100000, IX_SENDV_URG);
	expect("A1.1+1460^65535", "");
	p->cwnd = 50 * MSS;
	rx(TH_ACK, 1, 1, 10);
	tcp_output_pending(n);
	assert_non_null(strstr(out, "A32121.1"));
	out[0] = 0;
	events();
	t_fini();
}

/* Segments that the device would cut go one by one. */
static void test_send_tso(void **state)
{
	(void)state;
	t_ready();
	p->snd_max = (uint16_t)(4 * MSS);
	t_send(0, 2 * MSS, IX_SENDV_URG);
	expect("A1.1+1460^2920 PA1461.1+1460^1460", "");
	rx(TH_ACK, 1, 1 + 2 * MSS, 0);
	expect("", "S2920");
	t_send(0, 2 * MSS, 0);
	expect("PA2921.1+2920/1460", "");
	t_fini();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_byte),
		cmocka_unit_test(test_mark_before_byte),
		cmocka_unit_test(test_repeated),
		cmocka_unit_test(test_duplicate),
		cmocka_unit_test(test_disorder),
		cmocka_unit_test(test_overtaken),
		cmocka_unit_test(test_wrap),
		cmocka_unit_test(test_long_after),
		cmocka_unit_test(test_replaced),
		cmocka_unit_test(test_replaced_early),
		cmocka_unit_test(test_fin),
		cmocka_unit_test(test_fin_before_byte),
		cmocka_unit_test(test_states),
		cmocka_unit_test(test_not_accepted),
		cmocka_unit_test(test_one_event),
		cmocka_unit_test(test_send),
		cmocka_unit_test(test_send_nothing),
		cmocka_unit_test(test_send_corked),
		cmocka_unit_test(test_send_long),
		cmocka_unit_test(test_send_again),
		cmocka_unit_test(test_send_two),
		cmocka_unit_test(test_send_probe),
		cmocka_unit_test(test_send_far),
		cmocka_unit_test(test_send_tso),
	};

	if (test_eal() < 0)
		return 77;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
