// SPDX-License-Identifier: MIT
/*
 * test_migrate.c - three ethreads on a device that the test plays
 *
 * Protocols, rings and leases are the real ones; frames go in by the queue
 * that a test names. What is sent is compared as text: "1:SA0.1 1:PA1.11+5"
 * is the ethread, the flags, sequence and acknowledgement number, and bytes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <rte_eal.h>
#include <rte_ip.h>
#include <rte_tcp.h>
#include <rte_udp.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "core/ethread.h"
#include "drv/test/played.h"
#include "mem/pools.h"
#include "net/flow/flow.h"
#include "net/neigh/neigh_table.h"
#include "net/tcp/tcp.h"
#include "net/udp/udp.h"

#define THREADS 3
#define QUEUE 64
#define IP4(a, b, c, d) \
	RTE_BE32((uint32_t)(a) << 24 | (b) << 16 | (c) << 8 | (d))
#define US IP4(10, 0, 0, 2)
#define PEER IP4(10, 0, 0, 1)
#define PORT 80
#define IRS 5000u
#define CONNS 1024

static struct arena arena;
static struct core core;
static struct pool rx_pool[THREADS], tx_pool[THREADS];
static struct rte_mbuf *in[THREADS][QUEUE];
static unsigned nin[THREADS];
static char sent[2048];
static char raised[1024];      /* "1:K0 1:R10": ethread, event, bytes */
static unsigned sender;	       /* who sent the last frame */
static uint32_t iss, seen_ack; /* ours; the last one acknowledged */
static unsigned lcore = 77;
static struct drv_info info = { .interrupt = 1, .nqueues = THREADS };
static uint8_t memory[65536]; /* bytes that the program sends */
static uint16_t peer_port;

/*
 * The device
 */
uint16_t drv_rx(struct drv_dev *d, uint16_t q, uint8_t port,
		struct rte_mbuf **pkts, uint16_t n)
{
	uint16_t k = (uint16_t)RTE_MIN(nin[q], n), i;

	(void)d;
	assert_true(q < info.nqueues);
	for (i = 0; i < k; i++) {
		pkts[i] = in[q][i];
		pkts[i]->port = port;
	}
	nin[q] -= k;
	memmove(in[q], in[q] + k, nin[q] * sizeof(in[q][0]));
	return k;
}

static void note(unsigned q, const struct rte_mbuf *m)
{
	const struct rte_ipv4_hdr *ip = rte_pktmbuf_mtod_offset(
		m, const void *, sizeof(struct rte_ether_hdr));
	const struct rte_tcp_hdr *th = (const void *)(ip + 1);
	unsigned hdr = (unsigned)(th->data_off >> 4) * 4, f = th->tcp_flags;
	unsigned len = rte_be_to_cpu_16(ip->total_length) - 20 - hdr;
	uint32_t seq = rte_be_to_cpu_32(th->sent_seq);
	size_t k = strlen(sent);

	if (ip->next_proto_id != IPPROTO_TCP)
		return;
	sender = q;
	if (f & RTE_TCP_SYN_FLAG)
		iss = seq;
	seen_ack = rte_be_to_cpu_32(th->recv_ack) - IRS;
	k += (size_t)snprintf(sent + k, sizeof(sent) - k,
			      "%s%u:%s%s%s%s%s%u.%u", k ? " " : "", q,
			      f & RTE_TCP_SYN_FLAG ? "S" : "",
			      f & RTE_TCP_FIN_FLAG ? "F" : "",
			      f & RTE_TCP_RST_FLAG ? "R" : "",
			      f & RTE_TCP_PSH_FLAG ? "P" : "",
			      f & RTE_TCP_ACK_FLAG ? "A" : "", seq - iss,
			      seen_ack);
	if (len)
		snprintf(sent + k, sizeof(sent) - k, "+%u", len);
}

uint16_t drv_tx(struct drv_dev *d, uint16_t q, struct rte_mbuf **pkts,
		uint16_t n)
{
	uint16_t i;

	(void)d;
	assert_true(q < info.nqueues);
	for (i = 0; i < n; i++)
		note(q, pkts[i]);
	rte_pktmbuf_free_bulk(pkts, n);
	return 0;
}

int drv_arm(struct drv_dev *d, uint16_t q)
{
	(void)d;
	return nin[q] != 0;
}

const struct drv_info *drv_info(const struct drv_dev *d)
{
	(void)d;
	return &info;
}

void drv_set_lcore(unsigned id)
{
	lcore = id;
}

unsigned drv_get_lcore(void)
{
	return lcore;
}

int drv_reset_queue(struct drv_dev *d, uint16_t q)
{
	(void)d;
	(void)q;
	return 0;
}

/*
 * The instance
 */
static void make_shared(void)
{
	struct net_shared *sh = &core.net;
	struct ix_addr peer = addr_from_v4(PEER);
	struct rte_ether_addr mac = { { 2, 0, 0, 0, 0, 1 } };
	uint32_t i;

	for (i = 0; i < sizeof(sh->hash_key); i++)
		sh->hash_key[i] = (uint8_t)(i * 37 + 11);
	sh->ndevs = 1;
	sh->dev[0].mtu = 1500;
	sh->dev[0].mac = (struct rte_ether_addr){ { 2, 0, 0, 0, 0, 2 } };
	sh->info.nethreads = THREADS;
	sh->info.naddrs = 1;
	sh->info.addrs[0].ip = addr_from_v4(US);
	sh->info.addrs[0].prefix = 96 + 24;
	sh->qsbr = arena_alloc(&arena, rte_rcu_qsbr_get_memsize(THREADS), 64);
	rte_rcu_qsbr_init(sh->qsbr, THREADS);
	for (i = 0; i < THREADS; i++)
		rte_rcu_qsbr_thread_register(sh->qsbr, i);
	assert_int_equal(flow_init(sh, &arena, THREADS, 0), 0);
	assert_int_equal(neigh_table_init(sh, &arena), 0);
	assert_int_equal(neigh_add_permanent(sh, 0, &peer, &mac), 0);
}

static void make_ethread(uint32_t i)
{
	static const struct net_limits lim = { CONNS, 16, 16 };
	struct ethread *et = arena_alloc(&arena, sizeof(*et), 4096);

	et->id = i;
	et->core = &core;
	et->rx_pool = rx_pool[i].mp;
	et->tx_pool = tx_pool[i].mp;
	et->queue[0] = (uint8_t)(i % info.nqueues);
	et->inbox_fd = eventfd(0, EFD_NONBLOCK);
	clock_init(&et->clock, 0);
	core.et[i] = et;
	assert_int_equal(net_init(&et->net, &core.net, i, &arena, &lim,
				  et->tx_pool, et->clock.last_ns, 7 + i),
			 0);
}

static int set_up(uint16_t queues)
{
	uint32_t i;

	info.nqueues = queues;
	memset(&core, 0, sizeof(core));
	assert_int_equal(arena_create(&arena, "core", 1u << 28), 0);
	core.nethreads = THREADS;
	core.ndevs = 1;
	core.batch = 64;
	core.pcap.fd = -1;
	make_shared();
	for (i = 0; i < THREADS; i++)
		make_ethread(i);
	sent[0] = raised[0] = 0;
	for (i = 0; i < sizeof(memory); i++)
		memory[i] = (uint8_t)i;
	return 0;
}

static int setup(void **state)
{
	(void)state;
	return set_up(THREADS);
}

static int setup_one_queue(void **state)
{
	(void)state;
	return set_up(1);
}

/* No mbuf of any pool is anywhere, no pcb but those in TIME-WAIT. */
static int teardown(void **state)
{
	uint32_t i;

	(void)state;
	for (i = 0; i < THREADS; i++) {
		net_fini(&core.et[i]->net);
		close(core.et[i]->inbox_fd);
		assert_int_equal(nin[i], 0);
	}
	for (i = 0; i < THREADS; i++) {
		assert_int_equal(pool_in_use(rx_pool[i].mp), 0);
		assert_int_equal(pool_in_use(tx_pool[i].mp), 0);
	}
	arena_destroy(&arena);
	assert_int_equal(lcore, 77);
	return 0;
}

/*
 * What goes in
 */
static void frame(unsigned q, unsigned flags, uint32_t seq, uint32_t ack,
		  uint16_t len)
{
	struct rte_mbuf *m = rte_pktmbuf_alloc(rx_pool[q].mp);
	struct rte_ether_hdr *eth =
		(void *)rte_pktmbuf_append(m, (uint16_t)(54 + len));
	struct rte_ipv4_hdr *ip = (void *)(eth + 1);
	struct rte_tcp_hdr *th = (void *)(ip + 1);
	uint8_t *data = (void *)(th + 1);
	uint16_t i;

	*eth = (struct rte_ether_hdr){ .ether_type = RTE_BE16(0x0800) };
	eth->dst_addr = core.net.dev[0].mac;
	*ip = (struct rte_ipv4_hdr){ .version_ihl = 0x45,
				     .total_length = rte_cpu_to_be_16(
					     (uint16_t)(40 + len)),
				     .time_to_live = 64,
				     .next_proto_id = IPPROTO_TCP,
				     .src_addr = PEER,
				     .dst_addr = US };
	*th = (struct rte_tcp_hdr){
		.src_port = rte_cpu_to_be_16(peer_port),
		.dst_port = RTE_BE16(PORT),
		.sent_seq = rte_cpu_to_be_32(IRS + seq),
		.recv_ack = rte_cpu_to_be_32(iss + ack),
		.data_off = 0x50,
		.tcp_flags = (uint8_t)flags,
		.rx_win = RTE_BE16(60000),
	};
	for (i = 0; i < len; i++)
		data[i] = (uint8_t)(seq + i);
	m->ol_flags |= RTE_MBUF_F_RX_IP_CKSUM_GOOD |
		       RTE_MBUF_F_RX_L4_CKSUM_GOOD;
	in[q][nin[q]++] = m;
}

#define SYN RTE_TCP_SYN_FLAG
#define ACK RTE_TCP_ACK_FLAG
#define RST RTE_TCP_RST_FLAG
#define FIN RTE_TCP_FIN_FLAG

static struct ix_event ev[64];
static ix_handle_t h;	   /* of the last event */
static uint32_t next_byte; /* sequence number that RECV has to begin at */

static void note_event(unsigned et, const struct ix_event *e)
{
	static const char letter[IX_EV_MAX] = {
		[IX_EV_KNOCK] = 'K',	[IX_EV_CONNECTED] = 'C',
		[IX_EV_RECV] = 'R',	[IX_EV_SENT] = 'S',
		[IX_EV_EOF] = 'E',	[IX_EV_DEAD] = 'D',
		[IX_EV_UDP_RECV] = 'U',
	};
	const uint8_t *b = (const void *)(uintptr_t)e->data;
	size_t k = strlen(raised);
	uint32_t i;

	snprintf(raised + k, sizeof(raised) - k, "%s%u:%c%u", k ? " " : "", et,
		 letter[e->type], e->type == IX_EV_DEAD ? e->err : e->len);
	h = e->handle;
	for (i = 0; e->type == IX_EV_RECV && i < e->len; i++)
		assert_int_equal(b[i], (uint8_t)(next_byte + i));
	if (e->type == IX_EV_RECV)
		next_byte += e->len;
}

static int64_t enter(unsigned et, struct ix_bsys *b, uint32_t flags)
{
	struct ix_ctx c = {
		.bsys = b, .nbsys = b != NULL, .events = ev, .events_cap = 64
	};
	uint32_t i;

	assert_int_equal(ethread_enter(core.et[et], &c, flags), 0);
	for (i = 0; i < c.nevents; i++)
		note_event(et, &ev[i]);
	return b ? b->result : 0;
}

static void poll_one(unsigned et)
{
	enter(et, NULL, IX_ENTER_POLL | IX_ENTER_EVENTS);
}

/* Until nothing is left on any way. */
static void poll_all(void)
{
	unsigned round, et;

	for (round = 0; round < 4; round++)
		for (et = 0; et < THREADS; et++)
			poll_one(et);
}

static int64_t call(unsigned et, uint16_t nr, ix_handle_t handle, uint32_t len)
{
	struct ix_bsys b = {
		.nr = nr, .handle = handle, .len = len, .cookie = 9
	};
	int64_t rc;

	if (nr == IX_BSYS_CLOSE)
		b.flags = (uint16_t)len;
	rc = enter(et, &b, 0);

	if (nr == IX_BSYS_MIGRATE && rc == 0)
		h = b.handle;
	return rc;
}

static int64_t send_bytes(unsigned et, uint32_t len)
{
	static uint32_t off;
	struct ix_sg sg = { (uint64_t)(uintptr_t)(memory + off), len };
	struct ix_bsys b = { .nr = IX_BSYS_SENDV,
			     .handle = h,
			     .addr = (uint64_t)(uintptr_t)&sg,
			     .count = 1 };

	off = (off + len) % 4096;
	return enter(et, &b, 0);
}

static void expect(const char *frames, const char *events)
{
	assert_string_equal(sent, frames);
	assert_string_equal(raised, events);
	sent[0] = raised[0] = 0;
}

/* A peer whose flow is owner's. */
static void choose_peer(unsigned owner)
{
	struct ix_addr peer = addr_from_v4(PEER), us = addr_from_v4(US);

	for (peer_port = 5000;; peer_port++)
		if (flow_owner(core.net.flow, &peer, &us, peer_port, PORT) ==
		    owner)
			return;
}

static void listen_on_all(void)
{
	unsigned i;

	for (i = 0; i < THREADS; i++) {
		struct ix_bsys b = { .nr = IX_BSYS_LISTEN,
				     .lport = PORT,
				     .len = 16 };

		assert_int_equal(enter(i, &b, 0), 0);
	}
}

/* A connection of owner's, its segments come by queue q. */
static void establish(unsigned owner, unsigned q)
{
	listen_on_all();
	choose_peer(owner);
	next_byte = 1;
	frame(q, SYN, 0, 0, 0);
	poll_all();
	assert_int_equal(sender, owner % info.nqueues);
	frame(q, ACK, 1, 1, 0);
	poll_all();
	assert_string_equal(raised + 1, ":K0");
	assert_int_equal(raised[0], '0' + (int)owner);
	assert_int_equal(call(owner, IX_BSYS_ACCEPT, h, 0), 0);
	sent[0] = raised[0] = 0;
}

static uint32_t stubs(unsigned et)
{
	struct tcp_count {
		uint32_t n;
	} c = { tcp_in_use(&core.et[et]->net) };

	/* connections and the listener */
	return c.n;
}

static void finish(unsigned et)
{
	assert_int_equal(call(et, IX_BSYS_CLOSE, h, 0), 0);
	frame(0, RST | ACK, next_byte, 1, 0);
	poll_all();
	sent[0] = raised[0] = 0;
}

/*
 * Hand-over
 */
static void test_segments_find_their_thread(void **state)
{
	(void)state;
	establish(1, 0);
	frame(0, ACK, 1, 1, 10);
	frame(2, ACK, 11, 1, 5);
	poll_all();
	assert_string_equal(raised, "1:R10 1:R5");
	assert_int_equal(core.et[1]->net.stats.flow_rx, 4);
	assert_int_equal(sender, 1);
	assert_int_equal(call(1, IX_BSYS_RECV_DONE, h, 15), 0);
	call(1, IX_BSYS_CLOSE, h, IX_CLOSE_RST);
	frame(2, ACK, 16, 1, 5);
	sent[0] = 0;
	poll_all();
	/* the reset as well comes from there */
	assert_string_equal(sent, "1:R1.4294962296");
}

static void test_udp_ports_are_found(void **state)
{
	struct ix_bsys b = { .nr = IX_BSYS_UDP_BIND, .lport = 53 };
	struct rte_mbuf *m;
	struct rte_ipv4_hdr *ip;
	struct rte_udp_hdr *udp;

	(void)state;
	raised[0] = 0;
	assert_int_equal(enter(2, &b, 0), 0);
	b.lport = 53;
	assert_int_equal(enter(1, &b, 0), -EXDEV);
	frame(0, 0, 0, 0, 8);
	m = in[0][0];
	ip = rte_pktmbuf_mtod_offset(m, void *, 14);
	udp = (void *)(ip + 1);
	ip->next_proto_id = IPPROTO_UDP;
	*udp = (struct rte_udp_hdr){ RTE_BE16(999), RTE_BE16(53), RTE_BE16(28),
				     0 };
	poll_all();
	expect("", "2:U20");
	b = (struct ix_bsys){ .nr = IX_BSYS_CLOSE, .handle = h };
	assert_int_equal(enter(2, &b, 0), 0);
	b = (struct ix_bsys){ .nr = IX_BSYS_UDP_BIND, .lport = 53 };
	assert_int_equal(enter(1, &b, 0), 0);
}

/* With one queue all are received and sent by its ethread. */
static void test_one_queue(void **state)
{
	(void)state;
	establish(2, 0);
	frame(0, ACK, 1, 1, 10);
	poll_all();
	assert_string_equal(raised, "2:R10");
	assert_int_equal(send_bytes(2, 100), 100);
	sent[0] = raised[0] = 0;
	poll_all();
	expect("0:PA1.11+100", "");
	call(2, IX_BSYS_CLOSE, h, IX_CLOSE_RST);
}

static int is_readable(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	return poll(&p, 1, 0) == 1;
}

static void test_sleeper_is_woken(void **state)
{
	struct ix_sleep s;
	unsigned i, found = 0;

	(void)state;
	establish(1, 1);
	poll_all();
	assert_int_equal(ethread_arm(core.et[1], &s), 0);
	for (i = 0; i < s.nfds; i++)
		found += s.fds[i] == core.et[1]->inbox_fd;
	assert_int_equal(found, 1);
	assert_false(is_readable(core.et[1]->inbox_fd));
	frame(0, ACK, 1, 1, 10);
	poll_one(0);
	assert_true(is_readable(core.et[1]->inbox_fd));
	assert_int_equal(core.et[0]->stats.woken, 1);
	ethread_disarm(core.et[1]);
	assert_false(is_readable(core.et[1]->inbox_fd));
	/* what is there already keeps one awake */
	assert_int_equal(ethread_arm(core.et[1], &s), 1);
	poll_one(1);
	assert_string_equal(raised, "1:R10");
	frame(0, ACK, 11, 1, 10);
	poll_one(0);
	assert_false(is_readable(core.et[1]->inbox_fd));
	poll_all();
	call(1, IX_BSYS_CLOSE, h, IX_CLOSE_RST);
}

/*
 * Moving
 */
static void test_everything_moves(void **state)
{
	ix_handle_t old;

	(void)state;
	establish(0, 0);
	frame(0, ACK, 1, 1, 10);
	poll_all();
	assert_int_equal(call(0, IX_BSYS_RECV_DONE, h, 4), 0);
	frame(0, ACK, 11, 1, 10); /* not delivered yet */
	frame(0, ACK, 31, 1, 10); /* out of order */
	enter(0, NULL, IX_ENTER_POLL);
	assert_int_equal(send_bytes(0, 3000), 3000);
	sent[0] = raised[0] = 0;
	old = h;
	next_byte = 5;
	assert_int_equal(call(0, IX_BSYS_MIGRATE, h, 1), 0);
	assert_int_equal(call(0, IX_BSYS_SHUTDOWN, old, 0), -EBADF);
	/* what was not given back is delivered again, from there on */
	poll_all();
	assert_string_equal(raised, "1:R16");
	/* the hole is filled by way of the old place, in order */
	frame(0, ACK, 21, 1501, 10);
	raised[0] = sent[0] = 0;
	poll_all();
	assert_string_equal(raised, "1:R10 1:R10 1:S1500");
	assert_int_equal(seen_ack, 41);
	assert_int_equal(sender, 1);
	assert_int_equal(call(1, IX_BSYS_RECV_DONE, h, 36), 0);
	assert_int_equal(core.et[0]->net.stats.flow_out, 1);
	assert_int_equal(core.et[1]->net.stats.flow_in, 1);
	assert_int_equal(stubs(0), 1);
	assert_int_equal(stubs(1), 2);
	finish(1);
	assert_int_equal(stubs(1), 1);
}

/* Time goes on where it is: what is not acknowledged is sent again there. */
static void test_timers_move(void **state)
{
	struct timer_wheel *w;
	uint64_t end;

	(void)state;
	establish(0, 0);
	assert_int_equal(send_bytes(0, 100), 100);
	expect("0:PA1.1+100", "");
	assert_int_equal(call(0, IX_BSYS_MIGRATE, h, 2), 0);
	w = &core.et[2]->net.wheel;
	assert_int_equal(core.et[0]->net.wheel.armed, 0);
	assert_int_equal(w->armed, 1);
	end = clock_kernel_ns() + 3000000000ull;
	while (!sent[0] && clock_kernel_ns() < end) {
		poll_all();
		usleep(5000);
	}
	expect("2:PA1.1+100", "");
	frame(0, ACK, 1, 101, 0);
	poll_all();
	expect("", "2:S100");
	finish(2);
}

/* A segment that the new place handed to the old one just before. */
static void test_nothing_overtakes(void **state)
{
	(void)state;
	establish(0, 1);
	frame(1, ACK, 1, 1, 10);
	poll_one(1); /* it is in the ring from 1 to 0 */
	assert_int_equal(call(0, IX_BSYS_MIGRATE, h, 1), 0);
	frame(1, ACK, 11, 1, 10); /* found at once: no hop */
	poll_one(1);
	assert_string_equal(raised, "1:R10 1:R10");
	assert_int_equal(core.et[1]->net.stats.tcp_fast, 1);
	assert_int_equal(core.et[1]->net.stats.flow_tx, 3);
	assert_int_equal(call(1, IX_BSYS_RECV_DONE, h, 20), 0);
	finish(1);
}

/* From 1 to 2, the group being 0's, with segments on all ways. */
static void test_moves_on(void **state)
{
	(void)state;
	establish(0, 0);
	assert_int_equal(call(0, IX_BSYS_MIGRATE, h, 1), 0);
	frame(0, ACK, 1, 1, 10);
	poll_one(0); /* in the ring from 0 to 1 */
	frame(2, ACK, 11, 1, 10);
	poll_one(2); /* in the ring from 2 to 0 */
	assert_int_equal(call(1, IX_BSYS_MIGRATE, h, 2), 0);
	frame(2, ACK, 21, 1, 10);
	poll_one(2);
	assert_int_equal(next_byte, 31);
	assert_int_equal(core.et[1]->net.stats.tcp_fast, 2);
	assert_int_equal(core.et[2]->net.stats.tcp_fast, 1);
	raised[0] = 0;
	frame(0, ACK, 31, 1, 10);
	poll_all();
	assert_string_equal(raised, "2:R10");
	/* and home: nothing is left elsewhere */
	assert_int_equal(call(2, IX_BSYS_RECV_DONE, h, 40), 0);
	assert_int_equal(call(2, IX_BSYS_MIGRATE, h, 0), 0);
	raised[0] = 0;
	frame(1, ACK, 41, 1, 10);
	poll_all();
	assert_string_equal(raised, "0:R10");
	assert_int_equal(call(0, IX_BSYS_RECV_DONE, h, 10), 0);
	finish(0);
}

/* The group's ethread forgets where the flow was, and serves a new one. */
static void test_the_end_is_told(void **state)
{
	(void)state;
	establish(0, 0);
	assert_int_equal(call(0, IX_BSYS_MIGRATE, h, 1), 0);
	frame(0, RST | ACK, 1, 1, 0);
	poll_all();
	expect("", "1:D104");
	assert_int_equal(call(1, IX_BSYS_CLOSE, h, 0), 0);
	next_byte = 1;
	frame(2, SYN, 0, 0, 0);
	poll_all();
	assert_int_equal(sender, 0);
	frame(2, ACK, 1, 1, 0);
	poll_all();
	assert_string_equal(raised, "0:K0");
	assert_int_equal(call(0, IX_BSYS_REJECT, h, 0), 0);
}

/* A place that was reset knows nothing: the segment comes back, and is
 * answered as one of no connection. */
static void test_lost_place(void **state)
{
	(void)state;
	establish(0, 0);
	assert_int_equal(call(0, IX_BSYS_MIGRATE, h, 1), 0);
	assert_int_equal(ethread_take(core.et[1], 0), 0);
	ethread_recover(core.et[1]);
	ethread_leave(core.et[1]);
	raised[0] = 0;
	poll_one(1);
	assert_string_equal(raised, "1:D104");
	sent[0] = 0;
	frame(0, ACK, 1, 1, 10);
	poll_all();
	assert_string_equal(sent, "0:R1.4294962296");
	assert_int_equal(core.et[1]->net.stats.flow_bounced, 1);
	assert_int_equal(call(1, IX_BSYS_CLOSE, h, 0), 0);
}

/* The group's place was reset: those that moved away live on. */
static void test_lost_group(void **state)
{
	(void)state;
	establish(0, 0);
	assert_int_equal(call(0, IX_BSYS_MIGRATE, h, 1), 0);
	assert_int_equal(ethread_take(core.et[0], 0), 0);
	ethread_recover(core.et[0]);
	ethread_leave(core.et[0]);
	frame(0, ACK, 1, 1, 10);
	poll_all();
	assert_string_equal(raised, "1:R10");
	assert_int_equal(call(1, IX_BSYS_RECV_DONE, h, 10), 0);
	finish(1);
}

static void test_refusals(void **state)
{
	ix_handle_t here;

	(void)state;
	establish(0, 0);
	here = h;
	assert_int_equal(call(0, IX_BSYS_MIGRATE, h, THREADS), -EINVAL);
	assert_int_equal(call(0, IX_BSYS_MIGRATE, h, 0), 0);
	assert_int_equal(call(0, IX_BSYS_MIGRATE, h + (1ull << 32), 1), -EBADF);
	/* a driver that does not let go: the connection stays */
	core.et[1]->lease.word = 1;
	assert_int_equal(call(0, IX_BSYS_MIGRATE, here, 1), -EAGAIN);
	core.et[1]->lease.word = 0;
	h = here;
	frame(0, ACK, 1, 1, 10);
	poll_all();
	assert_string_equal(raised, "0:R10");
	/* one that has ended does not move */
	frame(0, RST | ACK, 11, 1, 0);
	poll_all();
	assert_int_equal(call(0, IX_BSYS_MIGRATE, h, 1), -EOPNOTSUPP);
	assert_int_equal(call(0, IX_BSYS_CLOSE, h, 0), 0);
}

/* Where buffers are short nothing has changed. */
static void test_no_buffers(void **state)
{
	struct rte_mbuf *m[2048];
	unsigned n = 0;

	(void)state;
	establish(0, 0);
	frame(0, ACK, 1, 1, 10);
	poll_all();
	lcore = ETHREAD_LCORE + 1;
	while ((m[n] = rte_pktmbuf_alloc(rx_pool[1].mp)))
		n++;
	lcore = 77;
	assert_int_equal(call(0, IX_BSYS_MIGRATE, h, 1), -ENOBUFS);
	rte_pktmbuf_free_bulk(m, n);
	raised[0] = 0;
	frame(0, ACK, 11, 1, 10);
	poll_all();
	assert_string_equal(raised, "0:R10");
	assert_int_equal(call(0, IX_BSYS_MIGRATE, h, 1), 0);
	next_byte = 1;
	poll_all();
	assert_int_equal(call(1, IX_BSYS_RECV_DONE, h, 20), 0);
	finish(1);
}

static int make_pools(void)
{
	char name[16];
	unsigned i;

	for (i = 0; i < THREADS; i++) {
		struct pool_spec spec = { .name = name, .count = 1023 };

		snprintf(name, sizeof(name), "rx%u", i);
		if (pool_create(&spec, &rx_pool[i]) < 0)
			return -1;
		snprintf(name, sizeof(name), "tx%u", i);
		if (pool_create(&spec, &tx_pool[i]) < 0)
			return -1;
	}
	return 0;
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	static char *argv[] = { "test",
				"--no-huge",
				"--no-shconf",
				"--no-pci",
				"-m",
				"64",
				"-l",
				"0",
				"--log-level=*:4",
				"--no-telemetry",
				NULL };
	const struct CMUnitTest tests[] = {
		TEST(test_segments_find_their_thread),
		TEST(test_udp_ports_are_found),
		cmocka_unit_test_setup_teardown(test_one_queue, setup_one_queue,
						teardown),
		TEST(test_sleeper_is_woken),
		TEST(test_everything_moves),
		TEST(test_timers_move),
		TEST(test_nothing_overtakes),
		TEST(test_moves_on),
		TEST(test_the_end_is_told),
		TEST(test_lost_place),
		TEST(test_lost_group),
		TEST(test_refusals),
		TEST(test_no_buffers),
	};

	if (rte_eal_init((int)RTE_DIM(argv) - 1, argv) < 0 || make_pools() < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
