// SPDX-License-Identifier: MIT
/*
 * test_tcp_wire.c - two stacks on a wire that loses, doubles and reorders
 *
 * Seeded: IX_SEED=n runs one seed, IX_SEEDS=n that many. Every byte is
 * checked, everything must finish, nothing may be left. Some of the devices
 * cut packets into segments; some of those arrive whole, as if they had been
 * put together again.
 */
#include "tcp_test.h"

#define NCONN 6
#define WIRE 16384
#define PATTERN 65521
#define BUF (4 * PATTERN)
#define PORT 80
#define TSO_MAX 65455

struct app {
	ix_handle_t h;
	uint64_t want_tx, tx, acked; /* bytes of the stream */
	uint64_t want_rx, rx;
	uint32_t undone; /* received and not given back */
	unsigned connected, eof, dead, shut, closed;
	int err;
	struct ix_event *last;
};

struct side {
	struct host h;
	struct app app[NCONN];
	unsigned slow; /* gives bytes back late */
};

struct packet {
	struct rte_mbuf *m;
	uint64_t at;
	unsigned to;
	struct ix_addr src, dst;
};

static struct side side[2];
static struct packet wire[WIRE];
static unsigned nwire;
static uint64_t now, rng, link_free[2];
static unsigned loss, dup, reorder; /* in 1000 */
static uint64_t delay, ns_per_kb;
static char *data;

static unsigned strip;	     /* options that a middlebox removes: TO_* */
static unsigned alloc_fails; /* in 1000 */
static unsigned whole;	     /* packets in 1000 that are not cut */

static uint32_t rnd(uint32_t limit)
{
	rng ^= rng >> 12;
	rng ^= rng << 25;
	rng ^= rng >> 27;
	return (uint32_t)((rng * UINT64_C(2685821657736338717)) >> 33) % limit;
}

/* A middlebox overwrites options of SYNs. */
static void strip_options(struct rte_mbuf *m)
{
	uint8_t *b = rte_pktmbuf_mtod(m, uint8_t *);
	unsigned end = (b[12] >> 4) * 4u, i, l;

	if (!(b[13] & TH_SYN))
		return;
	for (i = TCP_HDR; i < end; i += l) {
		l = b[i] <= 1 ? 1 : b[i + 1];
		if ((b[i] == 3 && strip & TO_WS) ||
		    (b[i] == 4 && strip & TO_SACKOK) ||
		    (b[i] == 8 && strip & TO_TS))
			memset(b + i, 1, l);
	}
}

static void put_wire(struct rte_mbuf *m, unsigned to, const struct ip_path *p)
{
	struct packet *k;
	uint64_t at;

	if (nwire == WIRE || rnd(1000) < loss) {
		rte_pktmbuf_free(m);
		return;
	}
	if (link_free[to] < now)
		link_free[to] = now;
	link_free[to] += ns_per_kb * (m->pkt_len + 40) / 1024;
	at = link_free[to] + delay;
	if (at - now > delay + 200 * MS) { /* the bottleneck's queue is full */
		rte_pktmbuf_free(m);
		return;
	}
	if (rnd(1000) < reorder)
		at += rnd(4 * (uint32_t)delay + 1);
	k = &wire[nwire++];
	*k = (struct packet){ m, at, to, p->src, p->dst };
}

static void send_wire(struct rte_mbuf *m, unsigned to, const struct ip_path *p)
{
	if (rnd(1000) < dup) {
		struct rte_mbuf *c =
			rte_pktmbuf_copy(m, test_pool, 0, UINT32_MAX);

		if (c)
			put_wire(c, to, p);
	}
	put_wire(m, to, p);
}

/* A segment of m, whose header has hdr bytes: len bytes of payload at off. */
static struct rte_mbuf *cut_one(const struct rte_mbuf *m, uint32_t hdr,
				uint32_t off, uint32_t len)
{
	struct rte_mbuf *s = rte_pktmbuf_alloc(test_pool);
	struct rte_tcp_hdr *th;
	const void *from;
	char *to;

	if (!s)
		return NULL;
	s->data_off = NET_HEADROOM;
	to = rte_pktmbuf_append(s, (uint16_t)(hdr + len));
	memcpy(to, rte_pktmbuf_mtod(m, const void *), hdr);
	from = rte_pktmbuf_read(m, hdr + off, len, to + hdr);
	if (from != to + hdr)
		memcpy(to + hdr, from, len);
	th = (void *)to;
	th->sent_seq = rte_cpu_to_be_32(rte_be_to_cpu_32(th->sent_seq) + off);
	if (hdr + off + len < m->pkt_len)
		th->tcp_flags &= (uint8_t) ~(TH_FIN | TH_PSH);
	return s;
}

/* What a card does with a packet of several segments. */
static void cut(struct rte_mbuf *m, unsigned to, const struct ip_path *p)
{
	uint32_t hdr = m->l4_len, off, len;
	struct rte_mbuf *s;

	assert_true(m->pkt_len > hdr + m->tso_segsz);
	assert_true(m->pkt_len - hdr <= TSO_MAX);
	for (off = 0; hdr + off < m->pkt_len; off += len) {
		len = u32_min(m->tso_segsz, m->pkt_len - hdr - off);
		s = cut_one(m, hdr, off, len);
		if (s)
			send_wire(s, to, p);
	}
	rte_pktmbuf_free(m);
}

static void test_output(struct net *n, struct rte_mbuf *m,
			const struct ip_path *p)
{
	unsigned to = n == &side[0].h.n;
	uint16_t segsz = m->tso_segsz;

	strip_options(m);
	if (rnd(1000) < alloc_fails)
		fail_alloc = 1 + rnd(20);
	if (!(m->ol_flags & RTE_MBUF_F_TX_TCP_SEG)) {
		send_wire(m, to, p);
	} else if (rnd(1000) >= whole) {
		cut(m, to, p);
	} else {
		m->ol_flags &= ~RTE_MBUF_F_TX_TCP_SEG;
		m->ol_flags |= RTE_MBUF_F_RX_LRO;
		m->tx_offload = 0;
		m->tso_segsz = segsz;
		send_wire(m, to, p);
	}
}

static uint64_t next_time(void)
{
	uint64_t t = UINT64_MAX, w;
	unsigned i;

	for (i = 0; i < nwire; i++)
		if (wire[i].at < t)
			t = wire[i].at;
	for (i = 0; i < 2; i++) {
		w = timer_next(&side[i].h.n.wheel);
		if (w < t)
			t = w;
	}
	return t;
}

static void deliver(void)
{
	unsigned i = 0, best;
	struct packet k;

	for (;;) {
		best = WIRE;
		for (i = 0; i < nwire; i++)
			if (wire[i].at <= now &&
			    (best == WIRE || wire[i].at < wire[best].at))
				best = i;
		if (best == WIRE)
			return;
		k = wire[best];
		wire[best] = wire[--nwire];
		{
			struct ip_rx rx = { .src = k.src,
					    .dst = k.dst,
					    .proto = IPPROTO_TCP,
					    .ttl = 64 };

			tcp_input(&side[k.to].h.n, k.m, &rx);
		}
	}
}

static void app_send(struct side *s, struct app *a)
{
	struct ix_sg sg[4];
	unsigned i, nsg = 1 + rnd(4);
	uint64_t off = a->tx;
	int64_t rc;

	if (!a->connected || a->dead || a->shut)
		return;
	if (a->tx < a->want_tx) {
		if (a->tx - a->acked > 3000000)
			return;
		for (i = 0; i < nsg && off < a->want_tx; i++) {
			uint64_t len = 1 + rnd(rnd(4) ? 30000 : 200);

			if (len > a->want_tx - off)
				len = a->want_tx - off;
			sg[i].base = (uint64_t)(uintptr_t)data + off % PATTERN;
			sg[i].len = len;
			off += len;
		}
		rc = tcp_call_sendv(&s->h.n, a->h, sg, i,
				    rnd(8) ? 0 :
				    rnd(2) ? IX_SENDV_MORE :
					     IX_SENDV_URG);
		assert_true(rc >= 0);
		a->tx += (uint64_t)rc;
	}
	if (a->tx == a->want_tx) {
		a->shut = 1;
		assert_int_equal(tcp_call_shutdown(&s->h.n, a->h), 0);
	}
}

static void app_done(struct side *s, struct app *a)
{
	uint32_t len;

	if (!a->undone || (s->slow && rnd(s->slow)))
		return;
	len = rnd(4) ? a->undone : 1 + rnd(a->undone);
	assert_int_equal(tcp_call_recv_done(&s->h.n, a->h, len), 0);
	a->undone -= len;
}

static void app_event(struct side *s, const struct ix_event *e)
{
	struct app *a = &s->app[e->cookie - 1];

	switch (e->type) {
	case IX_EV_CONNECTED:
		a->err = e->err;
		a->connected = !e->err;
		a->dead = !!e->err;
		break;
	case IX_EV_RECV:
		assert_false(a->eof);
		assert_memory_equal((void *)(uintptr_t)e->data,
				    data + a->rx % PATTERN, e->len);
		a->rx += e->len;
		a->undone += e->len;
		break;
	case IX_EV_URG: /* the end of a piece, and the byte that is there */
		assert_false(a->eof);
		if (e->detail & IX_URG_BYTE)
			assert_int_equal(
				(uint8_t)e->detail,
				(uint8_t)data[(a->rx + e->len) % PATTERN]);
		break;
	case IX_EV_SENT:
		assert_false(a->dead);
		a->acked += e->len;
		assert_true(a->acked <= a->tx);
		break;
	case IX_EV_EOF:
		a->eof = 1;
		break;
	case IX_EV_DEAD:
		assert_false(a->dead);
		a->dead = 1;
		a->err = e->err;
		break;
	default:
		fail();
	}
}

static void app_knock(struct side *s, const struct ix_event *e)
{
	unsigned i = 0;

	while (i < NCONN && s->app[i].h)
		i++;
	assert_true(i < NCONN);
	s->app[i].h = e->handle;
	s->app[i].connected = 1;
	/* which of the peer's it is, the port tells at the end */
	assert_int_equal(tcp_call_accept(&s->h.n, e->handle, i + 1), 0);
}

static void app_round(struct side *s)
{
	struct ix_event ev[16];
	uint32_t more = 1;
	unsigned i, k, room = 1 + rnd(16);

	k = tcp_events(&s->h.n, ev, room, &more);
	for (i = 0; i < k; i++) {
		if (ev[i].type == IX_EV_KNOCK)
			app_knock(s, &ev[i]);
		else
			app_event(s, &ev[i]);
	}
	for (i = 0; i < NCONN; i++) {
		struct app *a = &s->app[i];

		if (!a->h || a->closed)
			continue;
		app_done(s, a);
		app_send(s, a);
		if (a->dead && !a->undone) {
			a->closed = 1;
			assert_int_equal(tcp_call_close(&s->h.n, a->h, 0), 0);
		}
	}
}

static int all_closed(void)
{
	unsigned s, i;

	for (s = 0; s < 2; s++)
		for (i = 0; i < NCONN; i++)
			if (!side[s].app[i].closed)
				return 0;
	return 1;
}

static void step(void)
{
	unsigned s;

	for (s = 0; s < 2; s++) {
		struct net *n = &side[s].h.n;

		n->now = now;
		timer_run(&n->wheel, n, now);
	}
	deliver();
	for (s = 0; s < 2; s++) {
		app_round(&side[s]);
		tcp_output_pending(&side[s].h.n);
	}
}

static int busy(void)
{
	unsigned s, i;

	for (s = 0; s < 2; s++) {
		if (side[s].h.n.tcp->ready.first || side[s].h.n.tcp->out.first)
			return 1;
		for (i = 0; i < NCONN; i++)
			if (side[s].app[i].undone ||
			    (side[s].app[i].connected && !side[s].app[i].shut &&
			     side[s].app[i].tx - side[s].app[i].acked < 500000))
				return 1;
	}
	return 0;
}

static void connect_all(void)
{
	struct ix_bsys b;
	unsigned i;

	b = (struct ix_bsys){ .lport = PORT, .len = NCONN, .cookie = 99 };
	assert_int_equal(tcp_call_listen(&side[1].h.n, &b), 0);
	for (i = 0; i < NCONN; i++) {
		b = (struct ix_bsys){ .ip = addr_from_v4(PEER),
				      .rport = PORT,
				      .cookie = i + 1 };
		assert_int_equal(tcp_call_connect(&side[0].h.n, &b), 0);
		side[0].app[i].h = b.handle;
		if (rnd(4) == 0)
			tcp_call_setopt(&side[0].h.n, b.handle, IX_OPT_RCVBUF,
					2048 + rnd(60000), 0);
		if (rnd(2) == 0)
			tcp_call_setopt(&side[0].h.n, b.handle, IX_OPT_NODELAY,
					1, 0);
		side[0].app[i].want_tx = rnd(2000000);
		side[1].app[i].want_tx = rnd(i & 1 ? 3000000 : 20000);
	}
}

static void dump(void)
{
	unsigned s, i;

	for (s = 0; s < 2; s++)
		for (i = 0; i < NCONN; i++) {
			struct app *a = &side[s].app[i];
			struct tcp_pcb *p;

			fprintf(stderr,
				"%u.%u: tx %lu/%lu acked %lu rx %lu "
				"undone %u conn %u eof %u dead %u err %d\n",
				s, i, a->tx, a->want_tx, a->acked, a->rx,
				a->undone, a->connected, a->eof, a->dead,
				a->err);
			p = tcp_pcb_at(side[s].h.n.tcp, IX_HANDLE_INDEX(a->h));
			fprintf(stderr,
				"  state %u ca %u flags %x una %u nxt "
				"+%u wnd %u cwnd %u lost +%d rtxn +%d pipe %u "
				"mode %u bo %u dl %d\n",
				p->state, p->ca_state, p->flags, p->snd_una,
				tcp_flight(p), p->snd_wnd, p->cwnd,
				(int)(p->lost - p->snd_una),
				(int)(p->rtx_nxt - p->snd_una), tcp_pipe(p),
				p->rtx_mode, p->backoff,
				(int)(p->deadline[0] - (uint32_t)(now >> 20)));
		}
}

static void check_totals(void)
{
	uint64_t tx[2] = { 0 }, rx[2] = { 0 };
	unsigned s, i;

	for (s = 0; s < 2; s++)
		for (i = 0; i < NCONN; i++) {
			tx[s] += side[s].app[i].tx;
			rx[s] += side[s].app[i].rx;
			assert_int_equal(side[s].app[i].err, 0);
			assert_true(side[s].app[i].eof);
			assert_int_equal(side[s].app[i].acked,
					 side[s].app[i].tx);
		}
	assert_int_equal(tx[0], rx[1]);
	assert_int_equal(tx[1], rx[0]);
}

static void transfer(uint64_t seed)
{
	uint64_t rounds = 0, last = 0;
	unsigned s;

	now = START;
	connect_all();
	while (!all_closed()) {
		step();
		last = now;
		if (busy()) {
			now += 20000 + rnd(20000);
		} else {
			uint64_t t = next_time();

			assert_true(t != UINT64_MAX || all_closed());
			now = t > now ? t : now + 1000;
		}
		if (++rounds > 3000000 || now > 4000 * SEC) {
			fprintf(stderr, "seed %lu: stuck\n", seed);
			dump();
			fail();
		}
	}
	check_totals();
	if (getenv("IX_SEED"))
		fprintf(stderr,
			"seed %lu: %.3f s, %lu rounds, loss %u dup %u "
			"reorder %u delay %lu us strip %u\n",
			seed, (double)(last - START) / 1e9, rounds, loss, dup,
			reorder, delay / 1000, strip);
	for (s = 0; s < 400; s++) {
		step();
		now += SEC;
	}
}

#define SHOW(name, text) \
	if (st->name)    \
		fprintf(stderr, " %s=%lu", #name, st->name);
static void show_stats(void)
{
	unsigned s;

	if (!getenv("IX_SEED"))
		return;
	for (s = 0; s < 2; s++) {
		struct net_stats *st = &side[s].h.n.stats;

		NET_STATS_TCP(SHOW)
		fprintf(stderr, "\n");
	}
}

static void run_seed(uint64_t seed)
{
	struct tcp_listener *l;
	unsigned s;

	rng = seed * UINT64_C(0x9e3779b97f4a7c15) | 1;
	for (s = 0; s < 10; s++)
		rnd(1);
	memset(side, 0, sizeof(side));
	memset(link_free, 0, sizeof(link_free));
	nwire = 0;
	host_init(&side[0].h, US, 64, seed);
	host_init(&side[1].h, PEER, 64, seed + 1);
	loss = seed % 5 == 0 ? 0 : rnd(30);
	dup = rnd(3) ? 0 : rnd(20);
	reorder = rnd(2) ? 0 : rnd(100);
	delay = 20000 + rnd(2) * rnd(20 * MS);
	strip = (rnd(3) ? 0 : TO_SACKOK) | (rnd(4) ? 0 : TO_TS) |
		(rnd(4) ? 0 : TO_WS);
	alloc_fails = rnd(3) ? 0 : rnd(50);
	ns_per_kb = rnd(2) ? 0 : rnd(200000);
	side[0].h.sh.dev[0].tso_max = rnd(3) ? TSO_MAX : 0;
	side[1].h.sh.dev[0].tso_max = rnd(3) ? (uint16_t)rnd(TSO_MAX) : 0;
	whole = rnd(3) ? rnd(1000) : 0;
	side[0].slow = rnd(3) ? 0 : 1 + rnd(200);
	side[1].slow = rnd(3) ? 0 : 1 + rnd(200);
	transfer(seed);
	show_stats();
	l = pool_at(&side[1].h.n.tcp->listeners, 0);
	tcp_call_unlisten(&side[1].h.n, IX_HANDLE(0, IX_KIND_LISTENER, l->gen));
	assert_int_equal(nwire, 0);
	host_fini(&side[0].h);
	host_fini(&side[1].h);
	pool_is_empty();
}

static void test_lossy_wire(void **state)
{
	const char *one = getenv("IX_SEED"), *many = getenv("IX_SEEDS");
	uint64_t seed, last = many ? strtoull(many, NULL, 10) : 12;

	(void)state;
	if (one) {
		run_seed(strtoull(one, NULL, 10));
		return;
	}
	for (seed = 1; seed <= last; seed++)
		run_seed(seed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lossy_wire),
	};
	unsigned i;

	if (test_eal() < 0)
		return 77;
	data = malloc(BUF);
	for (i = 0; i < BUF; i++)
		data[i] = (char)((i % PATTERN) * 2654435761u >> 13);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
