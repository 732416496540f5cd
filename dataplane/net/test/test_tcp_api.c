// SPDX-License-Identifier: MIT
/*
 * test_tcp_api.c - calls, events, handles, and what happens when things run
 * out
 */
#include "tcp_peer.h"

#define FA (TH_FIN | TH_ACK)
#define SA (TH_SYN | TH_ACK)

/* A peer with another port. */
static void rx_from(uint16_t port, unsigned flags, uint32_t seq, uint32_t ack)
{
	struct rte_mbuf *m = segment(flags, seq, ack, 0);

	rte_pktmbuf_mtod(m, struct rte_tcp_hdr *)->src_port =
		rte_cpu_to_be_16(port);
	input(m);
}

static ix_handle_t open_from(uint16_t port)
{
	rx_from(port, TH_SYN, 0, 0);
	tcp_output_pending(n);
	out[0] = 0;
	rx_from(port, TH_ACK, 1, 1);
	assert_string_equal(events(), "K");
	return h;
}

static int listen_on(uint32_t ip, uint16_t port, uint16_t flags,
		     struct ix_bsys *b)
{
	*b = (struct ix_bsys){ .lport = port, .len = 5, .flags = flags };
	if (ip)
		b->ip = addr_from_v4(ip);
	return tcp_call_listen(n, b);
}

static void test_stale_handles(void **state)
{
	struct ix_conn_info info;
	ix_handle_t bad[5];
	unsigned i;

	(void)state;
	t_init();
	t_established();
	bad[0] = 0;
	bad[1] = h + (UINT64_C(1) << 32); /* generation */
	bad[2] = h + 1;			  /* never used */
	bad[3] = h + 100;		  /* no such index */
	bad[4] = h ^ (UINT64_C(3) << 24); /* kind */
	for (i = 0; i < 5; i++) {
		assert_int_equal(tcp_call_sendv(n, bad[i], NULL, 0, 0), -EBADF);
		assert_int_equal(tcp_call_recv_done(n, bad[i], 0), -EBADF);
		assert_int_equal(tcp_call_shutdown(n, bad[i]), -EBADF);
		assert_int_equal(tcp_call_close(n, bad[i], 0), -EBADF);
		assert_int_equal(tcp_call_accept(n, bad[i], 0), -EBADF);
		assert_int_equal(tcp_call_reject(n, bad[i]), -EBADF);
		assert_int_equal(tcp_call_unlisten(n, bad[i]), -EBADF);
		assert_int_equal(tcp_call_setopt(n, bad[i], 0, 0, 0), -EBADF);
		assert_int_equal(tcp_info(n, bad[i], &info), -EBADF);
	}
	tcp_call_close(n, h, IX_CLOSE_RST);
	assert_int_equal(tcp_call_close(n, h, 0), -EBADF);
	expect("RA1.1", "D0");
	{
		ix_handle_t old = h;

		t_connect(); /* the same pcb, LIFO */
		assert_int_equal(IX_HANDLE_INDEX(h), IX_HANDLE_INDEX(old));
		assert_int_equal(tcp_call_shutdown(n, old), -EBADF);
	}
	t_fini();
}

/* One event at a time: the order is kept. */
static void test_tiny_event_array(void **state)
{
	static const uint16_t want[] = { IX_EV_CONNECTED, IX_EV_RECV,
					 IX_EV_RECV,	  IX_EV_SENT,
					 IX_EV_EOF,	  IX_EV_DEAD };
	struct ix_event e;
	uint32_t more;
	unsigned i;

	(void)state;
	t_init();
	t_connect();
	t_send(0, 10, 0); /* queued until it is open */
	rx(SA, 0, 1, 0);
	tcp_output_pending(n);
	assert_string_equal(out, "PA1.1+10");
	rx(TH_ACK, 1, 11, 10);
	rx(FA, 11, 11, 10);
	tcp_call_shutdown(n, h);
	tcp_output_pending(n);
	rx(TH_ACK, 22, 12, 0);
	for (i = 0; i < RTE_DIM(want); i++) {
		assert_int_equal(tcp_events(n, &e, 0, &more), 0);
		assert_int_equal(more, 1);
		assert_int_equal(tcp_events(n, &e, 1, &more), 1);
		assert_int_equal(e.type, want[i]);
		assert_int_equal(e.handle, h);
		assert_int_equal(e.cookie, COOKIE);
		assert_int_equal(e.rport, PEER_PORT);
		assert_int_equal(e.lport, own_port);
	}
	assert_int_equal(tcp_events(n, &e, 1, &more), 0);
	assert_int_equal(more, 0);
	out[0] = 0;
	t_fini();
}

/* Everything after KNOCK waits for ACCEPT. */
static void test_data_before_accept(void **state)
{
	(void)state;
	t_init();
	t_listen(5);
	open_from(PEER_PORT);
	tcp_output_pending(n);
	out[0] = 0;
	rx(FA, 1, 1, 10);
	expect("A1.12", "");
	assert_int_equal(tcp_call_sendv(n, h, NULL, 0, 0), -ENOTCONN);
	assert_int_equal(tcp_call_shutdown(n, h), -ENOTCONN);
	rx(TH_RST, 12, 0, 0);
	expect("", "");
	assert_int_equal(tcp_call_accept(n, h, COOKIE), 0);
	expect("", "R10 E D32");
	assert_int_equal(tcp_call_accept(n, h, COOKIE), -EINVAL);
	t_fini();
}

static void reset_unheard(unsigned len)
{
	rx(TH_SYN, 0, 0, 0);
	expect("SA0.1", "");
	rx(TH_ACK, 1, 1, 0);
	if (len)
		rx(TH_ACK, 1, 1, len);
	rx(TH_RST, 1 + len, 0, 0);
}

/* A peer that is gone before the program heard of it: as on Linux, the
 * connection is told, and what it sent can be read. */
static void test_reset_before_knock(void **state)
{
	(void)state;
	t_init();
	t_listen(5);
	reset_unheard(0);
	expect("", "K");
	assert_int_equal(tcp_call_accept(n, h, COOKIE), 0);
	expect("", "D104");
	assert_int_equal(tcp_call_close(n, h, 0), 0);
	assert_int_equal(n->tcp->pcbs.used, 0);
	reset_unheard(10);
	expect("", "K");
	assert_int_equal(tcp_call_accept(n, h, COOKIE), 0);
	expect("", "R10 D104");
	t_done(10);
	t_fini();
}

/* The same, and nobody accepts it */
static void test_reset_before_unlisten(void **state)
{
	(void)state;
	t_init();
	t_listen(5);
	reset_unheard(0);
	assert_int_equal(tcp_call_unlisten(n, lh), 0);
	lh = 0;
	expect("", "");
	t_listen(5);
	reset_unheard(0);
	expect("", "K");
	assert_int_equal(tcp_call_reject(n, h), 0);
	h = 0;
	expect("", "");
	t_fini();
}

/* In SYN-RECEIVED there is nothing to tell. */
static void test_reset_before_open(void **state)
{
	(void)state;
	t_init();
	t_listen(5);
	rx(TH_SYN, 0, 0, 0);
	expect("SA0.1", "");
	rx(TH_RST, 1, 0, 0);
	expect("", "");
	assert_int_equal(n->tcp->pcbs.used, 0);
	t_fini();
}

/* The device is gone: all ends, at once and without a segment. */
static void test_link_down(void **state)
{
	struct ix_bsys b = { .ip = addr_from_v4(PEER), .rport = PEER_PORT };
	ix_handle_t opening;

	(void)state;
	t_init();
	t_established();
	t_send(0, 10, 0);
	tcp_output_pending(n);
	out[0] = 0;
	assert_int_equal(tcp_call_connect(n, &b), 0);
	opening = b.handle;
	tcp_output_pending(n);
	out[0] = 0;
	tcp_link_down(n, 1);
	expect("", "");
	tcp_link_down(n, 0);
	expect("", "D110 C100");
	assert_int_equal(tcp_call_connect(n, &b), -ENETDOWN);
	assert_int_equal(tcp_call_close(n, opening, 0), 0);
	t_fini();
}

/* Connections that nobody has accepted */
static void test_link_down_unaccepted(void **state)
{
	(void)state;
	t_init();
	t_listen(5);
	open_from(PEER_PORT);
	rx_from(PEER_PORT + 1, TH_SYN, 0, 0);
	tcp_output_pending(n);
	out[0] = 0;
	tcp_link_down(n, 0);
	assert_int_equal(n->tcp->pcbs.used, 1);
	assert_int_equal(tcp_call_accept(n, h, COOKIE), 0);
	expect("", "D110");
	t_fini();
}

static void test_reject(void **state)
{
	(void)state;
	t_init();
	t_listen(5);
	open_from(PEER_PORT);
	assert_int_equal(tcp_call_reject(n, h), 0);
	expect("RA1.1", "");
	assert_int_equal(tcp_call_accept(n, h, 0), -EBADF);
	h = 0;
	t_fini();
}

static void test_unlisten_resets(void **state)
{
	(void)state;
	t_init();
	t_listen(5);
	open_from(PEER_PORT);
	rx_from(PEER_PORT + 1, TH_SYN, 0, 0);
	tcp_output_pending(n);
	out[0] = 0;
	assert_int_equal(tcp_call_unlisten(n, lh), 0);
	assert_non_null(strstr(out, " RA1.1")); /* and another before it */
	assert_int_equal(n->stats.tcp_reset_out, 2);
	h = lh = 0;
	out[0] = 0;
	t_fini();
}

/* As Linux: backlog + 1 connections, then SYNs are dropped. */
static void test_backlog(void **state)
{
	unsigned i;

	(void)state;
	t_init();
	t_listen(2);
	for (i = 0; i < 3; i++)
		open_from((uint16_t)(PEER_PORT + i));
	rx_from(PEER_PORT + 9, TH_SYN, 0, 0);
	expect("", "");
	assert_int_equal(n->stats.tcp_drop_backlog, 1);
	assert_int_equal(tcp_call_accept(n, h, 5), 0);
	rx_from(PEER_PORT + 9, TH_SYN, 0, 0);
	expect("SA0.1", "");
	tcp_call_close(n, h, IX_CLOSE_RST);
	out[0] = 0;
	events();
	h = 0;
	t_fini();
}

/* The queue filled up during the handshake: it waits. */
/* As listen(2) of a listener: what it holds stays. */
static void test_backlog_set(void **state)
{
	(void)state;
	t_init();
	t_listen(0);
	open_from(PEER_PORT);
	rx_from(PEER_PORT + 1, TH_SYN, 0, 0);
	expect("", "");
	assert_int_equal(tcp_call_setopt(n, lh, IX_OPT_BACKLOG, 1, 0), 0);
	open_from(PEER_PORT + 1);
	assert_int_equal(tcp_call_setopt(n, lh, IX_OPT_BACKLOG, 0, 0), 0);
	rx_from(PEER_PORT + 2, TH_SYN, 0, 0);
	expect("", "");
	assert_int_equal(n->stats.tcp_drop_backlog, 2);
	h = 0;
	t_fini();
}

static void deferred(void)
{
	t_init();
	t_listen(5);
	assert_int_equal(tcp_call_setopt(n, lh, IX_OPT_DEFER, 5, 0), 0);
	rx(TH_SYN, 0, 0, 0);
	expect("SA0.1", "");
	rx(TH_ACK, 1, 1, 0);
	expect("", "");
	assert_int_equal(n->stats.tcp_deferred, 1);
}

/* TCP_DEFER_ACCEPT: with the first bytes, or their end. */
static void test_defer(void **state)
{
	(void)state;
	deferred();
	rx(TH_ACK | TH_PSH, 1, 1, 10);
	expect("A1.11", "K");
	assert_int_equal(tcp_call_accept(n, h, COOKIE), 0);
	assert_string_equal(events(), "R10");
	tcp_call_close(n, h, IX_CLOSE_RST);
	out[0] = 0;
	h = 0;
	t_fini();
	deferred();
	rx(TH_FIN | TH_ACK, 1, 1, 0);
	expect("A1.2", "K");
	h = 0;
	t_fini();
}

/* No bytes come: at the end of that time, 7 s in whole retransmissions, the
 * peer is asked once more, and taken as it is. */
static void test_defer_end(void **state)
{
	unsigned i;

	(void)state;
	deferred();
	for (i = 0; i < 690; i++) {
		pass(10 * MS);
		expect("", "");
	}
	pass(200 * MS);
	expect("SA0.1", "");
	rx(TH_ACK, 1, 1, 0);
	expect("", "K");
	h = 0;
	t_fini();
}

/* The listener waits no more. */
static void test_defer_off(void **state)
{
	(void)state;
	deferred();
	assert_int_equal(tcp_call_setopt(n, lh, IX_OPT_DEFER, 0, 0), 0);
	expect_after(SEC, "SA0.1");
	rx(TH_ACK, 1, 1, 0);
	expect("", "K");
	h = 0;
	t_fini();
}

static void test_backlog_ack(void **state)
{
	ix_handle_t first;

	(void)state;
	t_init();
	t_listen(0);
	rx_from(PEER_PORT + 9, TH_SYN, 0, 0);
	expect("SA0.1", "");
	first = iss;
	open_from(PEER_PORT);
	iss = (uint32_t)first;
	rx_from(PEER_PORT + 9, TH_ACK, 1, 1);
	expect("", "");
	assert_int_equal(n->stats.tcp_drop_backlog_ack, 1);
	assert_int_equal(tcp_call_accept(n, h, 5), 0);
	tcp_call_close(n, h, IX_CLOSE_RST);
	out[0] = 0;
	events();
	rx_from(PEER_PORT + 9, TH_ACK, 1, 1);
	expect("", "K");
	t_fini();
}

static void test_half_open_bound(void **state)
{
	unsigned i;

	(void)state;
	host_init(&host, US, 1024, 7);
	t_listen(5);
	own_port = PORT;
	for (i = 0; i < TCP_HALF_OPEN_MIN + 20; i++) {
		rx_from((uint16_t)(PEER_PORT + i), TH_SYN, 0, 0);
		tcp_output_pending(n);
		out[0] = 0;
	}
	assert_int_equal(n->stats.tcp_syncookie_sent, 19);
	pass(SEC + 5 * MS); /* SYN-ACKs again */
	for (i = 0; i < 8; i++) {
		tcp_output_pending(n);
		out[0] = 0;
		pass(40 * SEC);
	}
	assert_int_equal(n->tcp->pcbs.used, 0);
	t_fini();
}

static void test_listen_errors(void **state)
{
	struct ix_bsys a, b, c;
	unsigned i;

	(void)state;
	t_init();
	assert_int_equal(listen_on(IP4(10, 0, 0, 9), 80, 0, &a),
			 -EADDRNOTAVAIL);
	assert_int_equal(listen_on(IP4(127, 0, 0, 1), 80, 0, &a),
			 -EADDRNOTAVAIL);
	n->sh->info.loopback = 1;
	assert_int_equal(listen_on(IP4(127, 0, 0, 1), 80, 0, &a), 0);
	assert_int_equal(listen_on(IP4(127, 0, 0, 1), 80, 0, &b), -EADDRINUSE);
	assert_int_equal(tcp_call_unlisten(n, a.handle), 0);
	assert_int_equal(listen_on(US, 80, 0, &a), 0);
	assert_int_equal(listen_on(US, 80, 0, &b), -EADDRINUSE);
	assert_int_equal(listen_on(0, 80, 0, &b), -EADDRINUSE);
	assert_int_equal(listen_on(US, 80, IX_LISTEN_REUSEPORT, &b),
			 -EADDRINUSE);
	assert_int_equal(listen_on(0, 81, IX_LISTEN_REUSEPORT, &b), 0);
	assert_int_equal(listen_on(0, 81, IX_LISTEN_REUSEPORT, &c), 0);
	assert_int_equal(tcp_call_unlisten(n, a.handle), 0);
	assert_int_equal(tcp_call_unlisten(n, a.handle), -EBADF);
	assert_int_equal(listen_on(0, 80, 0, &a), 0);
	assert_int_equal(tcp_call_unlisten(n, a.handle), 0);
	assert_int_equal(tcp_call_unlisten(n, b.handle), 0);
	assert_int_equal(tcp_call_unlisten(n, c.handle), 0);
	assert_int_equal(listen_on(0, 0, 0, &a), 0); /* any port */
	assert_true(a.lport >= 32768);
	assert_int_equal(tcp_call_unlisten(n, a.handle), 0);
	for (i = 0; i < 8; i++)
		assert_int_equal(listen_on(0, (uint16_t)(90 + i), 0, &a), 0);
	assert_int_equal(listen_on(0, 99, 0, &b), -ENOBUFS);
	for (i = 0; i < 8; i++)
		tcp_call_unlisten(n, IX_HANDLE(i, IX_KIND_LISTENER,
					       IX_HANDLE_GEN(a.handle)));
	for (i = 0; i < 8; i++) {
		struct tcp_listener *l = pool_at(&n->tcp->listeners, i);

		if (l->in_use)
			tcp_call_unlisten(n, IX_HANDLE(i, IX_KIND_LISTENER,
						       l->gen));
	}
	t_fini();
}

static int hold(uint32_t ip, uint16_t port, unsigned flags)
{
	struct ix_bsys b = { .lport = port, .flags = (uint16_t)flags };

	if (ip)
		b.ip = addr_from_v4(ip);
	return tcp_port_hold(n, &b);
}

/* A connection has its port on its own address, but for who shares it. */
static void test_ports_of_connections(void **state)
{
	const unsigned reuse = IX_UDP_REUSEADDR;

	(void)state;
	t_init();
	t_established();
	assert_int_equal(hold(US, own_port, 0), -EADDRINUSE);
	assert_int_equal(hold(0, own_port, 0), -EADDRINUSE);
	assert_int_equal(hold(US, own_port, IX_SHARE_ALL), -EADDRINUSE);
	assert_int_equal(hold(IP4(10, 0, 0, 9), own_port, 0), 0);
	assert_int_equal(tcp_port_free(n, own_port), 0);
	assert_int_equal(tcp_call_setopt(n, h, IX_OPT_SHARE, 4, 0), -EINVAL);
	assert_int_equal(tcp_call_setopt(n, h, IX_OPT_SHARE, reuse, 0), 0);
	assert_int_equal(hold(US, own_port, IX_LISTEN_REUSEPORT), -EADDRINUSE);
	assert_int_equal(hold(0, own_port, 0), -EADDRINUSE);
	assert_int_equal(hold(US, own_port, reuse), 0);
	assert_int_equal(hold(0, own_port, reuse), 0);
	tcp_call_close(n, h, IX_CLOSE_RST);
	expect("RA1.1", "D0");
	assert_int_equal(tcp_port_free(n, own_port), 0);
	assert_int_equal(tcp_port_free(n, own_port), 0);
	assert_int_equal(tcp_port_free(n, own_port), -EINVAL);
	assert_int_equal(hold(US, own_port, 0), 0);
	assert_int_equal(hold(US, 0, 0), -EINVAL);
	t_fini();
}

/* The one port that nobody holds is what is left to choose. */
static void test_held_ports_are_not_chosen(void **state)
{
	const uint16_t left = 40000;
	uint32_t port;

	(void)state;
	t_init();
	for (port = 32768; port <= 60999; port++)
		if (port != left)
			assert_int_equal(hold(0, (uint16_t)port, 0), 0);
	t_connect();
	assert_int_equal(own_port, left);
	tcp_call_close(n, h, IX_CLOSE_RST);
	assert_string_equal(events(), "D0");
	assert_int_equal(hold(0, left, 0), 0);
	{
		struct ix_bsys b = { .ip = addr_from_v4(PEER), .rport = 9 };

		assert_int_equal(tcp_call_connect(n, &b), -EADDRNOTAVAIL);
	}
	t_fini();
}

/* The specific listener before the general; a group shares. */
static void test_listener_choice(void **state)
{
	struct ix_addr us = addr_from_v4(US);
	struct ix_bsys any, own, second;
	unsigned i, hits = 0;

	(void)state;
	t_init();
	assert_int_equal(listen_on(0, 80, IX_LISTEN_REUSEPORT, &any), 0);
	assert_int_equal(listen_on(US, 80, IX_LISTEN_REUSEPORT, &own), 0);
	assert_ptr_equal(tcp_listener_find(n, &us, 80, 5),
			 tcp_listener_get(n, own.handle));
	assert_int_equal(listen_on(US, 80, IX_LISTEN_REUSEPORT, &second), 0);
	for (i = 0; i < 1000; i++)
		hits += tcp_listener_find(n, &us, 80, net_random(n)) ==
			tcp_listener_get(n, second.handle);
	assert_in_range(hits, 400, 600);
	tcp_call_unlisten(n, any.handle);
	tcp_call_unlisten(n, own.handle);
	tcp_call_unlisten(n, second.handle);
	assert_null(tcp_listener_find(n, &us, 80, 0));
	t_fini();
}

static void test_inherited_options(void **state)
{
	struct ix_conn_info info;

	(void)state;
	t_init();
	t_listen(5);
	assert_int_equal(tcp_call_setopt(n, lh, IX_OPT_NODELAY, 1, 0), 0);
	assert_int_equal(tcp_call_setopt(n, lh, IX_OPT_RCVBUF, 20000, 0), 0);
	assert_int_equal(tcp_call_setopt(n, lh, IX_OPT_MAXSEG, 500, 0), 0);
	assert_int_equal(tcp_call_setopt(n, lh, IX_OPT_TOS, 16, 0), 0);
	assert_int_equal(tcp_call_setopt(n, lh, IX_OPT_COOKIE, 0, 55), 0);
	open_from(PEER_PORT);
	assert_int_equal(tcp_info(n, lh, &info), 0);
	assert_int_equal(info.state, 10);
	assert_int_equal(info.unacked, 1);
	assert_int_equal(tcp_call_accept(n, h, COOKIE), 0);
	p = pcb_of(h);
	assert_int_equal(p->conf.flags & CONF_NODELAY, CONF_NODELAY);
	assert_int_equal(p->conf.rcvbuf, 20000);
	assert_int_equal(p->path.tos, 16);
	assert_int_equal(p->mss, 500);
	assert_int_equal(tcp_info(n, h, &info), 0);
	assert_int_equal(info.state, 1);
	assert_int_equal(info.mss, 500);
	t_fini();
}

static void test_setopt_ranges(void **state)
{
	static const struct {
		uint16_t opt;
		uint32_t value;
		int rc;
	} t[] = {
		{ IX_OPT_KEEPIDLE, 0, -EINVAL },
		{ IX_OPT_KEEPIDLE, 32767, 0 },
		{ IX_OPT_KEEPIDLE, 32768, -EINVAL },
		{ IX_OPT_KEEPINTVL, 0, -EINVAL },
		{ IX_OPT_KEEPCNT, 0, -EINVAL },
		{ IX_OPT_KEEPCNT, 127, 0 },
		{ IX_OPT_KEEPCNT, 128, -EINVAL },
		{ IX_OPT_USER_TIMEOUT, UINT32_MAX, -EINVAL },
		{ IX_OPT_MAXSEG, 87, -EINVAL },
		{ IX_OPT_MAXSEG, 88, 0 },
		{ IX_OPT_MAXSEG, 0, 0 },
		{ IX_OPT_TTL, 0, -EINVAL },
		{ IX_OPT_TTL, 256, -EINVAL },
		{ IX_OPT_TTL, 255, 0 },
		{ IX_OPT_TOS, 256, -EINVAL },
		{ IX_OPT_LINGER2, 5, 0 },
		{ IX_OPT_MINTTL, 255, 0 },
		{ IX_OPT_MINTTL, 256, -EINVAL },
		{ IX_OPT_SCOPE, IX_SCOPE_NONE, 0 },
		{ IX_OPT_SCOPE, IX_SCOPE_NONE + 1, -EINVAL },
		{ IX_OPT_MUTE, 2, -EINVAL },
		{ IX_OPT_SYNCNT, 127, 0 },
		{ IX_OPT_SYNCNT, 128, -EINVAL },
		{ IX_OPT_NOTSENT, UINT32_MAX, 0 },
		{ IX_OPT_CLAMP, 0, 0 },
		{ IX_OPT_PACING, 0, 0 },
		{ IX_OPT_CONGESTION, IX_CC_RENO, 0 },
		{ IX_OPT_CONGESTION, IX_CC_MAX, -EINVAL },
		{ IX_OPT_RCVBUF, 0, 0 },
		{ IX_OPT_RCVBUF, UINT32_MAX, 0 },
		{ IX_OPT_SNDBUF, 0, 0 },
		{ IX_OPT_MAX, 0, -ENOPROTOOPT },
	};
	unsigned i;

	(void)state;
	t_init();
	t_established();
	for (i = 0; i < RTE_DIM(t); i++)
		assert_int_equal(tcp_call_setopt(n, h, t[i].opt, t[i].value, 0),
				 t[i].rc);
	assert_int_equal(p->conf.rcvbuf, TCP_BUF_LIMIT);
	assert_int_equal(p->conf.sndbuf, TCP_BUF_MIN);
	assert_int_equal(p->conf.keepidle, 32767);
	t_fini();
}

static void test_connect_errors(void **state)
{
	struct ix_bsys b = { .ip = addr_from_v4(PEER), .rport = PEER_PORT };

	(void)state;
	t_init();
	b.opt = 2; /* no such own address */
	assert_int_equal(tcp_call_connect(n, &b), -EADDRNOTAVAIL);
	b.opt = 1;
	b.lport = 4000;
	assert_int_equal(tcp_call_connect(n, &b), 0);
	h = b.handle;
	assert_int_equal(b.lport, 4000);
	assert_int_equal(tcp_call_connect(n, &b), -EADDRNOTAVAIL); /* taken */
	b.ip = addr_from_v4(IP4(192, 0, 2, 1));
	assert_int_equal(tcp_call_connect(n, &b), -ENETUNREACH);
	memset(&b.ip, 0x20, sizeof(b.ip)); /* IPv6 */
	assert_int_equal(tcp_call_connect(n, &b), -ENETUNREACH);
	assert_int_equal(n->tcp->pcbs.used, 1);
	t_fini();
}

static void test_ephemeral_ports(void **state)
{
	struct ix_bsys b;
	uint16_t last = 0;
	unsigned i, same = 0;
	ix_handle_t hs[16];

	(void)state;
	t_init();
	for (i = 0; i < 16; i++) {
		b = (struct ix_bsys){ .ip = addr_from_v4(PEER),
				      .rport = (uint16_t)(1 + i) };
		assert_int_equal(tcp_call_connect(n, &b), 0);
		hs[i] = b.handle;
		assert_in_range(b.lport, 32768, 60999);
		same += b.lport == last + 1;
		last = b.lport;
	}
	assert_true(same < 8);
	/* connections ran out */
	b.lport = 0;
	assert_int_equal(tcp_call_connect(n, &b), -ENOBUFS);
	assert_int_equal(n->stats.tcp_no_pcb, 1);
	rx_from(PEER_PORT, TH_SYN, 0, 0);
	for (i = 0; i < 16; i++)
		tcp_call_close(n, hs[i], 0);
	events();
	out[0] = 0;
	t_fini();
}

/* All ports to one peer in use. */
static void test_port_exhaustion(void **state)
{
	struct ix_bsys b = { .ip = addr_from_v4(PEER), .rport = PEER_PORT };
	unsigned i, count = 60999 - 32768 + 1;

	(void)state;
	pool_base = rte_mempool_in_use_count(test_pool);
	host_init(&host, US, 40000, 7);
	for (i = 0; i < count; i++) {
		b.lport = 0;
		assert_int_equal(tcp_call_connect(n, &b), 0);
	}
	b.lport = 0;
	assert_int_equal(tcp_call_connect(n, &b), -EADDRNOTAVAIL);
	b.rport++; /* to another there are */
	assert_int_equal(tcp_call_connect(n, &b), 0);
	/* every one is found: the table has grown step by step */
	for (i = 0; i < count; i++) {
		struct tcp_pcb *q = tcp_pcb_at(n->tcp, i);

		assert_ptr_equal(q,
				 tcp_hash_find(n->tcp, &q->path.src, q->lport,
					       &q->path.dst, q->rport));
	}
	for (i = 0; i <= count; i++) {
		ix_handle_t c = tcp_handle(n, tcp_pcb_at(n->tcp, i));

		assert_int_equal(tcp_call_close(n, c, 0), 0);
	}
	h = 0;
	{
		struct ix_event e[64];
		uint32_t more = 1;

		while (more)
			tcp_events(n, e, 64, &more);
	}
	t_fini();
}

/* TIME-WAIT gives its pcb away, the oldest first. */
static void test_time_wait_recycled(void **state)
{
	struct ix_bsys b = { .ip = addr_from_v4(PEER), .rport = PEER_PORT };
	unsigned i;

	(void)state;
	t_init();
	for (i = 0; i < 16; i++) {
		t_established();
		tcp_call_close(n, h, 0);
		expect("FA1.1", "D0");
		rx(FA, 1, 2, 0);
		expect("A2.2", "");
		pass(10 * MS);
	}
	assert_int_equal(n->tcp->ntw, 16);
	assert_int_equal(tcp_in_use(n), 0);
	assert_int_equal(tcp_call_connect(n, &b), 0);
	assert_int_equal(IX_HANDLE_INDEX(b.handle), 0);
	assert_int_equal(n->tcp->ntw, 15);
	assert_int_equal(n->stats.tcp_tw_recycled, 1);
	assert_int_equal(tcp_in_use(n), 1);
	h = b.handle;
	t_fini();
}

static void test_pieces_exhausted(void **state)
{
	struct ix_sg sg[64];
	uint32_t i, queued = 0;
	int64_t rc;

	(void)state;
	t_init();
	t_established();
	rx_wnd(0, 1, 1);
	for (i = 0; i < 64; i++)
		sg[i] = (struct ix_sg){ (uint64_t)(uintptr_t)pattern + 2 * i,
					1 };
	do {
		rc = tcp_call_sendv(n, h, sg, 64, 0);
		queued += rc > 0 ? (uint32_t)rc : 0;
	} while (rc == 64);
	if (rc >= 0) /* a part of it; then none */
		rc = tcp_call_sendv(n, h, sg, 64, 0);
	assert_int_equal(rc, -ENOBUFS);
	assert_int_equal(queued, n->tcp->pieces.max);
	assert_true(n->stats.tcp_no_sq > 0);
	t_fini();
}

static void test_send_queue_full(void **state)
{
	struct ix_sg sg = { (uint64_t)(uintptr_t)pattern, 5000 };

	(void)state;
	t_init();
	t_established();
	t_opt(IX_OPT_SNDBUF, 8000);
	assert_int_equal(tcp_call_sendv(n, h, &sg, 1, 0), 5000);
	sg.base += 5000;
	assert_int_equal(tcp_call_sendv(n, h, &sg, 1, 0), 3000);
	assert_int_equal(tcp_call_sendv(n, h, &sg, 1, 0), 0);
	tcp_output_pending(n);
	out[0] = 0;
	rx(TH_ACK, 1, 1461, 0);
	{
		struct ix_event e;
		uint32_t more;

		assert_int_equal(tcp_events(n, &e, 1, &more), 1);
		assert_int_equal(e.type, IX_EV_SENT);
		assert_int_equal(e.len, 1460);
		assert_int_equal(e.window, 1460);
	}
	tcp_output_pending(n);
	out[0] = 0;
	t_fini();
}

/* A length that does not fit 32 bits */
static void test_huge_piece(void **state)
{
	struct ix_sg sg[2] = { { (uint64_t)(uintptr_t)pattern, UINT64_MAX },
			       { (uint64_t)(uintptr_t)pattern, 1 } };

	(void)state;
	t_init();
	t_established();
	assert_int_equal(tcp_call_sendv(n, h, sg, 2, 0), TCP_SNDBUF);
	t_fini();
}

/* Options are read as far as they make sense, never beyond. */
static void test_option_garbage(void **state)
{
	static const uint8_t bad[][12] = {
		{ 2 },			 /* no length */
		{ 2, 0 },		 /* length 0 */
		{ 2, 1, 5, 180 },	 /* length 1 */
		{ 2, 44, 5, 180 },	 /* beyond the end */
		{ 8, 13, 1, 2, 3 },	 /* cut */
		{ 5, 9, 1 },		 /* SACK of an odd size */
		{ 254, 4, 1, 1, 2, 3 },	 /* unknown, then wrong length */
		{ 1, 1, 1, 1, 1, 1, 1 }, /* NOPs */
	};
	struct tcp_opts o;
	unsigned i, j;

	(void)state;
	for (i = 0; i < RTE_DIM(bad); i++) {
		for (j = 0; j <= 12; j++) {
			uint8_t *b = malloc(j + 1); /* for ASan */

			memcpy(b, bad[i], j);
			tcp_opts_parse(b, j, &o);
			assert_int_equal(o.has, 0);
			assert_int_equal(o.nsack, 0);
			free(b);
		}
	}
	t_init();
	for (i = 0; i < 20000; i++) {
		uint8_t *b;
		uint32_t len = net_random(n) % 41;

		b = malloc(len + 1);
		for (j = 0; j < len; j++)
			b[j] = (uint8_t)(net_random(n) %
					 (net_random(n) % 2 ? 12 : 256));
		tcp_opts_parse(b, len, &o);
		assert_true(o.nsack <= 4);
		free(b);
	}
	t_fini();
}

static void test_short_segments(void **state)
{
	unsigned i;

	(void)state;
	t_init();
	t_established();
	for (i = 0; i < TCP_HDR; i++) {
		struct rte_mbuf *m = segment(TH_ACK, 1, 1, 0);

		rte_pktmbuf_trim(m, (uint16_t)(TCP_HDR - i));
		input(m);
	}
	for (i = 0; i < 16; i++) {
		struct rte_mbuf *m = segment(TH_ACK, 1, 1, 0);

		rte_pktmbuf_mtod(m, uint8_t *)[12] = (uint8_t)(i << 4);
		input(m);
	}
	expect("", "");
	assert_int_equal(n->stats.tcp_drop_short, TCP_HDR + 15);
	t_fini();
}

/* Garbage from the network at every state of a conversation */
static void test_fuzz(void **state)
{
	uint32_t round, i, j;

	(void)state;
	for (round = 0; round < 300; round++) {
		iss = round & 1 ? UINT32_MAX - 3 : 1000;
		with = round & 2 ? TO_TS | TO_SACKOK : 0;
		t_init();
		n->rng = round + 1;
		t_listen(3);
		t_established();
		for (i = 0; i < 60; i++) {
			struct rte_mbuf *m;
			unsigned flags = net_random(n) & 0x3f;

			if (net_random(n) % 8)
				flags &= ~(unsigned)TH_RST;
			if (net_random(n) % 4)
				flags |= TH_ACK;
			for (j = net_random(n) % 3; j > 0; j--)
				sack(net_random(n) % 9000,
				     net_random(n) % 9000);
			m = segment(flags, net_random(n) % 5000,
				    net_random(n) % 9000, net_random(n) % 1000);
			input(m);
			if (net_random(n) % 4 == 0)
				tcp_call_sendv(
					n, h,
					&(struct ix_sg){
						(uint64_t)(uintptr_t)pattern,
						net_random(n) % 9000 },
					1, 0);
			if (net_random(n) % 16 == 0)
				tcp_call_shutdown(n, h);
			tcp_output_pending(n);
			out[0] = 0;
			{
				struct ix_event e[4];
				uint32_t more;

				tcp_events(n, e, 4, &more);
			}
			pass(net_random(n) % (500 * MS));
			tcp_output_pending(n);
			out[0] = 0;
		}
		t_fini();
	}
}

static void count_info(void *arg, const struct ix_conn_info *info)
{
	unsigned *count = arg;

	count[info->state]++;
}

static void test_for_each(void **state)
{
	unsigned count[16] = { 0 };

	(void)state;
	t_init();
	t_listen(5);
	open_from(PEER_PORT);
	tcp_for_each(n, count_info, count);
	assert_int_equal(count[10], 1);
	assert_int_equal(count[1], 1);
	t_fini();
}

/* A connection gets a FIN, one that was not accepted a RST; then nothing. */
static void test_close_all(void **state)
{
	unsigned count[16] = { 0 };

	(void)state;
	t_init();
	t_established();
	tcp_close_all(n);
	expect("FA1.1", "D0");
	tcp_close_all(n);
	expect("", "");
	tcp_for_each(n, count_info, count);
	assert_int_equal(count[TCPS_FIN_WAIT_1], 1);
	assert_int_equal(tcp_lingering(n), 1);
	rx(TH_RST, 1, 0, 0);
	assert_int_equal(tcp_lingering(n), 0);
	h = 0;
	t_fini();
	memset(count, 0, sizeof(count));
	t_init();
	t_listen(5);
	open_from(PEER_PORT);
	out[0] = 0;
	tcp_close_all(n);
	h = lh = 0;
	expect("RA1.1", "");
	tcp_for_each(n, count_info, count);
	assert_int_equal(count[TCPS_LISTEN], 0);
	t_fini();
}

/* DEAD was raised, not delivered, when the program closes: once. */
static void test_close_races_dead(void **state)
{
	(void)state;
	t_init();
	t_established();
	rx(TH_RST, 1, 0, 0);
	assert_int_equal(tcp_call_close(n, h, 0), 0);
	expect("", "D104");
	h = 0;
	t_fini();
	t_init();
	t_connect();
	rx(TH_RST | TH_ACK, 0, 1, 0);
	assert_int_equal(tcp_call_close(n, h, 0), 0);
	expect("", "D111");
	h = 0;
	t_fini();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_stale_handles),
		cmocka_unit_test(test_tiny_event_array),
		cmocka_unit_test(test_data_before_accept),
		cmocka_unit_test(test_reset_before_knock),
		cmocka_unit_test(test_reset_before_unlisten),
		cmocka_unit_test(test_reset_before_open),
		cmocka_unit_test(test_close_all),
		cmocka_unit_test(test_link_down),
		cmocka_unit_test(test_link_down_unaccepted),
		cmocka_unit_test(test_reject),
		cmocka_unit_test(test_unlisten_resets),
		cmocka_unit_test(test_backlog),
		cmocka_unit_test(test_backlog_set),
		cmocka_unit_test(test_defer),
		cmocka_unit_test(test_defer_end),
		cmocka_unit_test(test_defer_off),
		cmocka_unit_test(test_backlog_ack),
		cmocka_unit_test(test_half_open_bound),
		cmocka_unit_test(test_listen_errors),
		cmocka_unit_test(test_ports_of_connections),
		cmocka_unit_test(test_held_ports_are_not_chosen),
		cmocka_unit_test(test_listener_choice),
		cmocka_unit_test(test_inherited_options),
		cmocka_unit_test(test_setopt_ranges),
		cmocka_unit_test(test_connect_errors),
		cmocka_unit_test(test_ephemeral_ports),
		cmocka_unit_test(test_port_exhaustion),
		cmocka_unit_test(test_time_wait_recycled),
		cmocka_unit_test(test_pieces_exhausted),
		cmocka_unit_test(test_send_queue_full),
		cmocka_unit_test(test_huge_piece),
		cmocka_unit_test(test_option_garbage),
		cmocka_unit_test(test_short_segments),
		cmocka_unit_test(test_fuzz),
		cmocka_unit_test(test_for_each),
		cmocka_unit_test(test_close_races_dead),
	};

	if (test_eal() < 0)
		return 77;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
