// SPDX-License-Identifier: MIT
/*
 * test_tcp_tso.c - packets of several segments: what is sent as one, what is
 * taken as one, and that everything else is as with single segments
 */
#include "tcp_peer.h"

#define SA (TH_SYN | TH_ACK)
#define MSS 1460u
#define TSO_MAX 65455

static void start(uint16_t tso_max)
{
	t_init();
	host.sh.dev[0].tso_max = tso_max;
	t_established();
}

static void ack(uint32_t upto)
{
	rx(TH_ACK, 1, upto, 0);
}

static void test_one_packet(void **state)
{
	(void)state;
	start(TSO_MAX);
	assert_int_equal(p->snd_max, 44 * MSS);
	t_send(100, 20 * MSS, 0);
	expect("A1.1+14600/1460", ""); /* the initial window */
	assert_memory_equal(out_data, pattern + 100, 10 * MSS);
	assert_int_equal(n->stats.tcp_tso, 1);
	assert_int_equal(n->stats.tcp_tx_bytes, 10 * MSS);
	ack(1 + 2 * MSS); /* slow start: four for two */
	expect("A14601.1+5840/1460", "S2920");
	assert_memory_equal(out_data, pattern + 100 + 10 * MSS, 4 * MSS);
	ack(1 + 14 * MSS);
	expect("PA20441.1+8760/1460", "S17520");
	ack(1 + 20 * MSS);
	expect("", "S8760");
	t_fini();
}

/* What the largest packet takes is a multiple of the MSS. */
static void test_size(void **state)
{
	(void)state;
	start(5000);
	assert_int_equal(p->snd_max, 3 * MSS);
	t_send(0, 10 * MSS, 0);
	expect("A1.1+4380/1460 A4381.1+4380/1460 A8761.1+4380/1460 "
	       "PA13141.1+1460",
	       "");
	t_fini();
	start(2 * MSS - 1);
	assert_int_equal(p->snd_max, MSS);
	t_send(0, 2 * MSS, 0);
	expect("A1.1+1460 PA1461.1+1460", "");
	t_fini();
}

static void test_with_timestamps(void **state)
{
	(void)state;
	with = TO_TS | TO_SACKOK | TO_WS;
	start(TSO_MAX);
	t_send(0, 4 * 1448, 0);
	expect("PA1.1+5792/1448", "");
	assert_memory_equal(out_data, pattern, 4 * 1448);
	assert_true(out_opts.has & TO_TS);
	t_fini();
}

/* Cards do not cut everything. */
static void test_small_mss(void **state)
{
	(void)state;
	t_init();
	host.sh.dev[0].tso_max = TSO_MAX;
	peer_mss = TCP_TSO_MSS_MIN - 1;
	t_established();
	t_send(0, 600, 0);
	expect("A1.1+255 A256.1+255 PA511.1+90", "");
	t_fini();
	t_init();
	host.sh.dev[0].tso_max = TSO_MAX;
	peer_mss = TCP_TSO_MSS_MIN;
	t_established();
	t_send(0, 600, 0);
	expect("PA1.1+600/256", "");
	t_fini();
}

/* The short rest goes along where it might go alone. */
static void test_nagle(void **state)
{
	(void)state;
	start(TSO_MAX);
	t_send(0, 3 * MSS + 100, 0);
	expect("PA1.1+4480/1460", "");
	t_send(0, 2 * MSS + 7, 0); /* behind a short one: not */
	expect("A4481.1+2920/1460", "");
	ack(4481 + MSS);
	expect("PA7401.1+7", "S5940");
	t_opt(IX_OPT_NODELAY, 1);
	t_send(0, MSS + 1, 0);
	expect("PA7408.1+1461/1460", "");
	t_fini();
}

static void test_cork(void **state)
{
	(void)state;
	start(TSO_MAX);
	t_opt(IX_OPT_CORK, 1);
	t_send(0, 2 * MSS + 100, 0);
	expect("A1.1+2920/1460", "");
	ack(2921);
	expect("", "S2920");
	expect_after(200 * MS, "PA2921.1+100");
	t_opt(IX_OPT_CORK, 0);
	t_send(0, 2 * MSS + 100, IX_SENDV_MORE);
	expect("A3021.1+2920/1460", "");
	t_fini();
}

static void test_window_edge(void **state)
{
	(void)state;
	peer_wnd = 5000;
	t_init();
	peer_wnd = 5000;
	host.sh.dev[0].tso_max = TSO_MAX;
	t_established();
	t_send(0, 20000, 0);
	expect("PA1.1+4380/1460", ""); /* 620 are left of the window */
	rx_wnd(7000 - 4380, 1, 4381);
	expect("A4381.1+1460", "S4380"); /* 1160: less than half of it */
	rx_wnd(4200, 1, 5841);
	expect("PA5841.1+2920/1460", "S1460");
	t_fini();
}

static void test_fin_on_the_last(void **state)
{
	(void)state;
	start(TSO_MAX);
	t_send(0, 3 * MSS + 5, 0);
	assert_int_equal(tcp_call_shutdown(n, h), 0);
	expect("FPA1.1+4385/1460", "");
	ack(1 + 3 * MSS + 5);
	expect("", "S4385");
	assert_int_equal(p->state, TCPS_FIN_WAIT_1);
	ack(1 + 3 * MSS + 6);
	expect("", "");
	assert_int_equal(p->state, TCPS_FIN_WAIT_2);
	t_fini();
}

/* The FIN waits for what the window does not take. */
static void test_fin_beyond_cwnd(void **state)
{
	(void)state;
	start(TSO_MAX);
	t_send(0, 10 * MSS + 5, 0);
	assert_int_equal(tcp_call_shutdown(n, h), 0);
	expect("A1.1+14600/1460", "");
	ack(1 + MSS);
	expect("FPA14601.1+5", "S1460");
	t_fini();
}

/* After a timeout one segment is sent again, then what is lost of the rest. */
static void test_timeout(void **state)
{
	(void)state;
	start(TSO_MAX);
	t_send(0, 10 * MSS, 0);
	expect("PA1.1+14600/1460", "");
	expect_after(200 * MS, "A1.1+1460");
	ack(1 + MSS);
	expect("A1461.1+1460 A2921.1+1460", "S1460");
	assert_int_equal(p->retransmits, 3);
	ack(1 + 10 * MSS);
	expect("", "S13140");
	assert_int_equal(p->ca_state, CA_OPEN);
	t_fini();
}

/* Segments of one packet are lost and SACKed one by one. */
static void test_sack(void **state)
{
	(void)state;
	with = TO_SACKOK;
	start(TSO_MAX);
	t_send(0, 20 * MSS, 0);
	expect("A1.1+14600/1460", "");
	sack(1 + MSS, 1 + 4 * MSS);
	sack(1 + 5 * MSS, 1 + 6 * MSS);
	ack(1);
	tcp_output_pending(n);
	assert_true(strncmp(out, "A1.1+1460 ", 10) == 0);
	assert_null(strchr(out, '/')); /* the holes, each in one segment */
	assert_int_equal(p->ca_state, CA_RECOVERY);
	out[0] = 0;
	ack(1 + 10 * MSS);
	assert_int_equal(p->ca_state, CA_OPEN);
	t_fini();
}

/* A probe is one segment, however much may go. */
static void test_tail_loss_probe(void **state)
{
	(void)state;
	with = TO_SACKOK;
	start(TSO_MAX);
	t_send(0, 20 * MSS, 0);
	expect("A1.1+14600/1460", "");
	pass(20 * MS);
	assert_int_equal(n->stats.tcp_tlp, 1);
	assert_string_equal(out, "A14601.1+1460");
	out[0] = 0;
	t_fini();
}

/* RFC 1191: smaller segments from here on. */
static void test_path_mtu(void **state)
{
	uint8_t l4[8] = { (uint8_t)(own_port >> 8), (uint8_t)own_port,
			  PEER_PORT >> 8, PEER_PORT & 0xff };
	struct ip_error e = { .src = addr_from_v4(US),
			      .dst = addr_from_v4(PEER),
			      .proto = IPPROTO_TCP,
			      .mtu = 1000,
			      .err = EMSGSIZE,
			      .l4 = l4 };
	uint32_t seq;

	(void)state;
	start(TSO_MAX);
	l4[0] = (uint8_t)(own_port >> 8);
	l4[1] = (uint8_t)own_port;
	seq = rte_cpu_to_be_32(iss + 1);
	memcpy(l4 + 4, &seq, sizeof(seq));
	t_send(0, 2 * MSS, 0);
	expect("PA1.1+2920/1460", "");
	tcp_error(n, &e);
	expect("A1.1+960 A961.1+960 A1921.1+960 PA2881.1+40", "");
	ack(1 + 2 * MSS);
	expect("", "S2920");
	t_send(0, 1920, 0);
	expect("PA2921.1+1920/960", "");
	t_fini();
}

/* The next packets are such as the new device takes. */
static void test_other_device(void **state)
{
	(void)state;
	start(TSO_MAX);
	t_send(0, 3 * MSS, 0);
	host.sh.dev[0].tso_max = 0;
	fail_output = -EMSGSIZE;
	expect("", "");
	assert_int_equal(n->stats.tcp_no_route, 1);
	assert_int_equal(p->snd_max, MSS);
	t_send(0, 2 * MSS, 0);
	expect("A4381.1+1460 PA5841.1+1460", "");
	expect_after(200 * MS, "A1.1+1460");
	t_fini();
}

/* Half a chain is no packet: nothing leaks, nothing is sent, all comes later. */
static void test_no_mbufs(void **state)
{
	static struct rte_mbuf *all[16384];
	unsigned k = 0;

	(void)state;
	start(TSO_MAX);
	t_send(0, 10 * MSS, 0);
	while ((all[k] = rte_pktmbuf_alloc(test_pool)))
		k++;
	for (; rte_mempool_avail_count(test_pool) < 3; k--)
		rte_pktmbuf_free(all[k - 1]);
	tcp_output_pending(n);
	assert_string_equal(out, "");
	assert_int_equal(n->stats.tcp_no_mbuf, 1);
	assert_int_equal(rte_mempool_avail_count(test_pool), 3);
	assert_int_equal(p->snd_nxt, p->snd_una);
	while (k)
		rte_pktmbuf_free(all[--k]);
	expect("PA1.1+14600/1460", "");
	t_fini();
}

/* Large packets take the room of several in the transmit queue. */
static void test_tx_room(void **state)
{
	(void)state;
	start(TSO_MAX);
	t_send(0, 10 * MSS, 0);
	n->ntx_segs = (NET_TXQ - 10) * NET_TXQ_SEGS;
	assert_int_equal(net_tx_room(n), 10);
	tcp_output_pending(n);
	assert_string_equal(out, "");
	assert_int_equal(tcp_pending(n), 1);
	n->ntx_segs = 2 * NET_TXQ * NET_TXQ_SEGS;
	assert_int_equal(net_tx_room(n), 0);
	n->ntx_segs = 0;
	expect("PA1.1+14600/1460", "");
	t_fini();
}

/*
 * Receiving
 */

/* len bytes from seq on, in mbufs of 2000: segments of segsz. */
static void gro(uint32_t seq, uint32_t len, uint16_t segsz)
{
	struct rte_mbuf *m = segment(TH_ACK, seq, 1, 0), *s;
	uint32_t at = 0, part, i;
	char *to;

	for (; at < len; at += part) {
		part = u32_min(len - at, 2000);
		s = rte_pktmbuf_alloc(test_pool);
		to = rte_pktmbuf_append(s, (uint16_t)part);
		for (i = 0; i < part; i++)
			to[i] = (char)(seq + at + i);
		assert_int_equal(rte_pktmbuf_chain(m, s), 0);
	}
	m->ol_flags |= RTE_MBUF_F_RX_LRO;
	m->tso_segsz = segsz;
	input(m);
}

static uint32_t undelivered(void)
{
	uint32_t before = rx_undone;

	events();
	return rx_undone - before;
}

/* More than a whole segment is acknowledged at once, less when the timer says
 * so. */
static void test_gro_ack(void **state)
{
	(void)state;
	start(0);
	t_delayed();
	gro(1, 10 * MSS, MSS);
	tcp_output_pending(n);
	assert_string_equal(out, "A1.14601"); /* one, for all ten */
	out[0] = 0;
	assert_int_equal(undelivered(), 10 * MSS);
	assert_int_equal(p->rcv_mss, MSS);
	assert_int_equal(n->stats.tcp_gro, 1);
	assert_int_equal(n->stats.tcp_fast, 1);
	gro(14601, MSS, MSS);
	tcp_output_pending(n);
	assert_string_equal(out, "");
	assert_int_equal(undelivered(), MSS);
	expect_after(40 * MS, "A1.16061");
	t_done(11 * MSS);
	tcp_output_pending(n);
	out[0] = 0;
	t_fini();
}

/* A device that does not say how large the segments were. */
static void test_gro_unknown_size(void **state)
{
	(void)state;
	start(0);
	gro(1, 4 * MSS, 0);
	tcp_output_pending(n);
	assert_string_equal(out, "A1.5841");
	out[0] = 0;
	assert_int_equal(p->rcv_mss, TCP_MSS_DEFAULT);
	assert_int_equal(undelivered(), 4 * MSS);
	gro(5841, 4 * MSS, 60000); /* or says nonsense */
	assert_int_equal(p->rcv_mss, MSS);
	tcp_output_pending(n);
	out[0] = 0;
	assert_int_equal(undelivered(), 4 * MSS);
	t_done(8 * MSS);
	tcp_output_pending(n);
	out[0] = 0;
	t_fini();
}

static void test_gro_out_of_order(void **state)
{
	(void)state;
	with = TO_SACKOK;
	start(0);
	gro(1 + 3 * MSS, 4 * MSS, MSS);
	tcp_output_pending(n);
	assert_string_equal(out, "A1.1");
	assert_int_equal(out_opts.nsack, 1);
	assert_int_equal(out_opts.sack[0].start - irs, 1 + 3 * MSS);
	assert_int_equal(out_opts.sack[0].end - irs, 1 + 7 * MSS);
	out[0] = 0;
	gro(1, 5 * MSS, MSS); /* overlaps */
	tcp_output_pending(n);
	assert_string_equal(out, "A1.10221");
	out[0] = 0;
	assert_int_equal(undelivered(), 7 * MSS);
	assert_null(p->ooo);
	t_done(7 * MSS);
	tcp_output_pending(n);
	out[0] = 0;
	t_fini();
}

/* What the window does not take is cut off, inside of an mbuf. */
static void test_gro_beyond_the_window(void **state)
{
	(void)state;
	t_init();
	t_connect();
	t_opt(IX_OPT_RCVBUF, 10000);
	rx(SA, 0, 1, 0);
	expect("A1.1", "C0");
	p->rcv_adv = p->rcv_nxt + 10000;
	gro(1, 14600, MSS);
	tcp_output_pending(n);
	assert_string_equal(out, "A1.10001");
	out[0] = 0;
	assert_int_equal(out_wnd, 0);
	assert_int_equal(undelivered(), 10000);
	t_done(10000);
	tcp_output_pending(n);
	out[0] = 0;
	t_fini();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_packet),
		cmocka_unit_test(test_size),
		cmocka_unit_test(test_with_timestamps),
		cmocka_unit_test(test_small_mss),
		cmocka_unit_test(test_nagle),
		cmocka_unit_test(test_cork),
		cmocka_unit_test(test_window_edge),
		cmocka_unit_test(test_fin_on_the_last),
		cmocka_unit_test(test_fin_beyond_cwnd),
		cmocka_unit_test(test_timeout),
		cmocka_unit_test(test_sack),
		cmocka_unit_test(test_tail_loss_probe),
		cmocka_unit_test(test_path_mtu),
		cmocka_unit_test(test_other_device),
		cmocka_unit_test(test_no_mbufs),
		cmocka_unit_test(test_tx_room),
		cmocka_unit_test(test_gro_ack),
		cmocka_unit_test(test_gro_unknown_size),
		cmocka_unit_test(test_gro_out_of_order),
		cmocka_unit_test(test_gro_beyond_the_window),
	};

	if (test_eal() < 0)
		return 77;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
