/* SPDX-License-Identifier: MIT */
/*
 * tcp_peer.h - one stack, and a peer that the test plays segment by segment
 *
 * Sequence numbers are relative to the initial ones of each side. What the
 * stack sends and raises is compared as text:
 *   segments "SA0.1 PA1.1+10": flags, sequence number, ack, bytes; a packet
 *            that the device is to cut: "A1.1+14600/1460"; an urgent pointer:
 *            "A1.1+5^5"
 *   events   "K C0 R10 S5 E D104": KNOCK, CONNECTED err, RECV len, SENT len,
 *            EOF, DEAD err; URG len: "U6", of a new mark "U6!", with the byte
 *            "U6=9", "U6!(4+2)": two marks from 4 on were replaced, "U6!c":
 *            the byte of the one before had come
 */
#ifndef IX_NET_TEST_TCP_PEER_H
#define IX_NET_TEST_TCP_PEER_H

#include "tcp_test.h"

#define PORT 80
#define PEER_PORT 5000
#define COOKIE 77

static struct host host;
static struct net *const n = &host.n;
static uint32_t iss = 1000, irs = 2000; /* ours, the peer's */
static unsigned with;			/* TO_*: what the peer's SYN offers */
static unsigned peer_wscale;
static uint32_t peer_ts; /* tsval of the peer's next segment */
static unsigned peer_mss = 1460;
static unsigned peer_wnd = 60000;
static ix_handle_t h, lh;
static struct tcp_pcb *p;
static uint16_t own_port;

static unsigned pool_base; /* of mbufs, at the start of the test */
static char out[4096];
static struct tcp_opts out_opts; /* of the last segment sent */
static uint16_t out_wnd;
static uint8_t out_data[65536];
static struct tcp_range peer_sack[4];
static unsigned npeer_sack;
static uint8_t pattern[1 << 20];

static void copy_payload(const struct rte_mbuf *m, uint32_t hdr, uint32_t len)
{
	const void *data = rte_pktmbuf_read(m, hdr, len, out_data);

	assert_non_null(data);
	rte_mbuf_sanity_check(m, 1);
	if (data != out_data)
		memcpy(out_data, data, len);
}

static void test_output(struct net *net, struct rte_mbuf *m,
			const struct ip_path *path)
{
	const struct rte_tcp_hdr *th = rte_pktmbuf_mtod(m, void *);
	unsigned hdr = (unsigned)(th->data_off >> 4) * 4;
	unsigned len = m->pkt_len - hdr, k = (unsigned)strlen(out);
	uint32_t seq = rte_be_to_cpu_32(th->sent_seq);
	uint8_t f = th->tcp_flags;

	(void)net;
	assert_int_equal(addr_v4(&path->dst), PEER);
	assert_int_equal(th->cksum, 0);
	tcp_opts_parse((const uint8_t *)(th + 1), hdr - TCP_HDR, &out_opts);
	out_wnd = rte_be_to_cpu_16(th->rx_win);
	copy_payload(m, hdr, len);
	if (th->tcp_flags & TH_SYN) {
		iss = seq;
		own_port = rte_be_to_cpu_16(th->src_port);
	}
	k += (unsigned)snprintf(out + k, sizeof(out) - k, "%s%s%s%s%s%s%u",
				k ? " " : "", f & TH_SYN ? "S" : "",
				f & TH_FIN ? "F" : "", f & TH_RST ? "R" : "",
				f & TH_PSH ? "P" : "", f & TH_ACK ? "A" : "",
				seq - iss);
	if (f & TH_ACK)
		k += (unsigned)snprintf(out + k, sizeof(out) - k, ".%u",
					rte_be_to_cpu_32(th->recv_ack) - irs);
	if (len)
		k += (unsigned)snprintf(out + k, sizeof(out) - k, "+%u", len);
	if (f & TH_URG)
		k += (unsigned)snprintf(out + k, sizeof(out) - k, "^%u",
					rte_be_to_cpu_16(th->tcp_urp));
	else
		assert_int_equal(th->tcp_urp, 0);
	if (m->ol_flags & RTE_MBUF_F_TX_TCP_SEG) {
		assert_int_equal(m->l4_len, hdr);
		snprintf(out + k, sizeof(out) - k, "/%u", m->tso_segsz);
	}
	rte_pktmbuf_free(m);
}

/*
 * The peer
 */
static unsigned peer_options(uint8_t *b, unsigned flags)
{
	uint8_t *at = b;
	unsigned i;

	if (flags & TH_SYN) {
		*at++ = 2;
		*at++ = 4;
		*at++ = (uint8_t)(peer_mss >> 8);
		*at++ = (uint8_t)peer_mss;
		if (with & TO_WS) {
			memcpy(at, "\1\3\3", 3);
			at[3] = (uint8_t)peer_wscale;
			at += 4;
		}
		if (with & TO_SACKOK) {
			memcpy(at, "\1\1\4\2", 4);
			at += 4;
		}
	}
	if (with & TO_TS) {
		uint32_t w[3] = { rte_cpu_to_be_32(0x0101080a),
				  rte_cpu_to_be_32(peer_ts),
				  rte_cpu_to_be_32(out_opts.tsval) };

		memcpy(at, w, sizeof(w));
		at += sizeof(w);
	}
	if (npeer_sack) {
		*at++ = 1;
		*at++ = 1;
		*at++ = 5;
		*at++ = (uint8_t)(2 + 8 * npeer_sack);
		for (i = 0; i < npeer_sack; i++) {
			uint32_t s = rte_cpu_to_be_32(peer_sack[i].start + iss);
			uint32_t e = rte_cpu_to_be_32(peer_sack[i].end + iss);

			memcpy(at, &s, 4);
			memcpy(at + 4, &e, 4);
			at += 8;
		}
		npeer_sack = 0;
	}
	return (unsigned)(at - b);
}

static struct rte_mbuf *segment(unsigned flags, uint32_t seq, uint32_t ack,
				unsigned len)
{
	struct rte_mbuf *m = rte_pktmbuf_alloc(test_pool);
	struct rte_tcp_hdr *th;
	uint8_t opts[40];
	unsigned olen = peer_options(opts, flags), i;
	uint8_t *data;

	th = (void *)rte_pktmbuf_append(m, (uint16_t)(TCP_HDR + olen));
	*th = (struct rte_tcp_hdr){
		.src_port = rte_cpu_to_be_16(PEER_PORT),
		.dst_port = rte_cpu_to_be_16(own_port),
		.sent_seq = rte_cpu_to_be_32(irs + seq),
		.recv_ack = flags & TH_ACK ? rte_cpu_to_be_32(iss + ack) : 0,
		.data_off = (uint8_t)((TCP_HDR + olen) / 4 << 4),
		.tcp_flags = (uint8_t)flags,
		.rx_win = rte_cpu_to_be_16((uint16_t)peer_wnd),
	};
	memcpy(th + 1, opts, olen);
	data = (void *)rte_pktmbuf_append(m, (uint16_t)len);
	for (i = 0; i < len; i++)
		data[i] = (uint8_t)(seq + i + (flags & TH_SYN ? 1 : 0));
	return m;
}

static void input(struct rte_mbuf *m)
{
	struct ip_rx rx = {
		.src = addr_from_v4(PEER),
		.dst = addr_from_v4(US),
		.proto = IPPROTO_TCP,
		.ttl = 64,
	};

	tcp_input(n, m, &rx);
}

static void rx(unsigned flags, uint32_t seq, uint32_t ack, unsigned len)
{
	input(segment(flags, seq, ack, len));
}

/* With an urgent pointer. */
static inline void rx_urg(unsigned flags, uint32_t seq, uint32_t ack,
			  unsigned len, uint16_t up)
{
	struct rte_mbuf *m = segment(flags | TH_URG, seq, ack, len);

	rte_pktmbuf_mtod(m, struct rte_tcp_hdr *)->tcp_urp =
		rte_cpu_to_be_16(up);
	input(m);
}

/* The same of another of the peer's ports. */
static inline void rx_from_port(uint16_t port, unsigned flags, uint32_t seq,
				uint32_t ack, unsigned len)
{
	struct rte_mbuf *m = segment(flags, seq, ack, len);

	rte_pktmbuf_mtod(m, struct rte_tcp_hdr *)->src_port =
		rte_cpu_to_be_16(port);
	input(m);
}

/* The window field of the peer's segments, until changed. */
static inline void rx_wnd(unsigned wnd, uint32_t seq, uint32_t ack)
{
	peer_wnd = wnd;
	rx(TH_ACK, seq, ack, 0);
}

static inline void sack(uint32_t start, uint32_t end)
{
	peer_sack[npeer_sack++] = (struct tcp_range){ start, end };
}

/*
 * What the stack does
 */
static uint32_t rx_stream; /* peer's sequence number of the next RECV byte */
static uint32_t rx_undone;
static uint32_t rx_prompt; /* the last RECV asked for RECV_DONE */

static void urg_text(const struct ix_event *e, char *text, size_t size)
{
	char run[16] = "", byte[8] = "";

	if (e->data)
		snprintf(run, sizeof(run), "(%u+%u)", e->window,
			 (unsigned)e->data);
	if (e->detail & IX_URG_BYTE)
		snprintf(byte, sizeof(byte), "=%u", (uint8_t)e->detail);
	snprintf(text, size, "U%u%s%s%s%s", e->len,
		 e->detail & IX_URG_NEW ? "!" : "",
		 e->detail & IX_URG_CAME ? "c" : "", run, byte);
}

static void event_text(const struct ix_event *e, char *text, size_t size)
{
	const uint8_t *b = (const void *)(uintptr_t)e->data;
	uint32_t i;

	switch (e->type) {
	case IX_EV_KNOCK:
		h = e->handle;
		snprintf(text, size, "K");
		break;
	case IX_EV_CONNECTED:
		snprintf(text, size, "C%u", e->err);
		break;
	case IX_EV_RECV:
		snprintf(text, size, "R%u", e->len);
		for (i = 0; i < e->len; i++)
			assert_int_equal(b[i], (uint8_t)(rx_stream + i));
		rx_stream += e->len;
		rx_undone += e->len;
		rx_prompt = e->detail;
		break;
	case IX_EV_SENT:
		snprintf(text, size, "S%u", e->len);
		break;
	case IX_EV_EOF:
		snprintf(text, size, "E");
		break;
	case IX_EV_DEAD:
		snprintf(text, size, "D%u", e->err);
		break;
	case IX_EV_URG:
		urg_text(e, text, size);
		break;
	default:
		fail();
	}
}

static const char *events(void)
{
	static char text[16384];
	struct ix_event e[8];
	uint32_t more = 1;
	unsigned i, k;

	text[0] = 0;
	while (more) {
		k = tcp_events(n, e, 8, &more);
		for (i = 0; i < k; i++) {
			if (text[0])
				strcat(text, " ");
			event_text(&e[i], text + strlen(text), 32);
		}
	}
	return text;
}

static void expect(const char *segments, const char *evs)
{
	tcp_output_pending(n);
	assert_string_equal(out, segments);
	out[0] = 0;
	assert_string_equal(events(), evs);
	/* then silence */
	tcp_output_pending(n);
	assert_string_equal(out, "");
	assert_string_equal(events(), "");
}

static void pass(uint64_t ns)
{
	n->now += ns;
	timer_run(&n->wheel, n, n->now);
}

/* Nothing is sent before ns have passed; then segments. */
static inline void expect_after(uint64_t ns, const char *segments)
{
	pass(ns - 3 * MS);
	expect("", "");
	pass(6 * MS);
	expect(segments, "");
}

/*
 * Connections
 */
static void t_init(void)
{
	unsigned i;

	pool_base = rte_mempool_in_use_count(test_pool);
	host_init(&host, US, 16, 7);
	own_port = PORT;
	out[0] = 0;
	memset(&out_opts, 0, sizeof(out_opts));
	rx_stream = 1;
	rx_undone = 0;
	npeer_sack = 0;
	peer_mss = 1460;
	peer_wnd = 60000;
	peer_wscale = 0;
	peer_ts = 1000000;
	h = lh = 0;
	for (i = 0; i < sizeof(pattern); i++)
		pattern[i] = (uint8_t)(i * 7 + (i >> 8));
}

static struct tcp_pcb *pcb_of(ix_handle_t handle)
{
	return tcp_pcb_at(n->tcp, IX_HANDLE_INDEX(handle));
}

static inline void t_listen(uint32_t backlog)
{
	struct ix_bsys b = { .lport = PORT, .len = backlog, .cookie = 1 };

	assert_int_equal(tcp_call_listen(n, &b), 0);
	lh = b.handle;
}

static void t_connect(void)
{
	struct ix_bsys b = { .ip = addr_from_v4(PEER),
			     .rport = PEER_PORT,
			     .cookie = COOKIE };

	assert_int_equal(tcp_call_connect(n, &b), 0);
	h = b.handle;
	p = pcb_of(h);
	/* begin where the test wants */
	p->snd_una = p->snd_nxt = iss;
	p->sq_seq = iss + 1;
	expect("S0", "");
}

static inline void t_established(void)
{
	t_connect();
	rx(TH_SYN | TH_ACK, 0, 1, 0);
	expect("A1.1", "C0");
}

/* The first segments, which are acknowledged at once, are long ago. */
static inline void t_delayed(void)
{
	p->quickacks = 0;
	p->ato = (uint8_t)tcp_us_to_ticks(TCP_DELACK_US);
	p->data_tick = tcp_tick(n) - 10;
}

static inline void t_send(uint32_t off, uint32_t len, uint16_t flags)
{
	struct ix_sg sg = { (uint64_t)(uintptr_t)pattern + off, len };

	assert_int_equal(tcp_call_sendv(n, h, &sg, 1, flags), len);
}

static inline void t_done(uint32_t len)
{
	assert_int_equal(tcp_call_recv_done(n, h, len), 0);
	rx_undone -= len;
}

static inline void t_opt(uint16_t opt, uint32_t value)
{
	assert_int_equal(tcp_call_setopt(n, h, opt, value, 0), 0);
}

/* Reset what is open, let TIME-WAIT pass, and see that nothing is left. */
static void t_fini(void)
{
	if (h) {
		tcp_call_close(n, h, IX_CLOSE_RST);
		events();
	}
	if (lh)
		tcp_call_unlisten(n, lh);
	tcp_output_pending(n);
	out[0] = 0;
	pass(200 * SEC);
	events();
	assert_string_equal(out, "");
	host_fini(&host);
	assert_int_equal(rte_mempool_in_use_count(test_pool), pool_base);
	with = 0;
	iss = 1000;
	irs = 2000;
}

#endif
