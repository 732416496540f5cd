/* SPDX-License-Identifier: MIT */
/*
 * ip_env.h - one elastic thread on one device, for the tests of IP
 *
 * We are 10.0.0.2/24 at 02:00:00:00:00:02, the peer is 10.0.0.1 at
 * 02:00:00:00:00:01. Frames are built, and checksums summed, apart from the
 * code under test. TCP is a fake that notes what it is given.
 */
#ifndef IX_NET_TEST_IP_ENV_H
#define IX_NET_TEST_IP_ENV_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <netinet/in.h>
#include <rte_eal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem/arena.h"
#include "mem/pools.h"
#include "net/eth/eth.h"
#include "net/ip/icmp.h"
#include "net/ip/ip_loop.h"
#include "net/ip/ip_output.h"
#include "net/ip/ip_state.h"
#include "net/ip/route.h"
#include "net/neigh/arp_input.h"
#include "net/neigh/neigh_table.h"
#include "net/net.h"
#include "net/tcp/tcp.h"
#include "net/udp/udp.h"

#define IP(a, b, c, d) \
	RTE_BE32((uint32_t)(a) << 24 | (b) << 16 | (c) << 8 | (d))
#define US IP(10, 0, 0, 2)
#define PEER IP(10, 0, 0, 1)
#define MS UINT64_C(1000000)
#define SEC (1000 * MS)
#define START (100 * SEC)

static struct net n;
static struct net_shared sh;
static struct arena arena;
static struct pool rx_pool, tx_pool;
static struct rte_rcu_qsbr *qsbr;
static const uint8_t our_mac[6] = { 2, 0, 0, 0, 0, 2 };
static const uint8_t peer_mac[6] = { 2, 0, 0, 0, 0, 1 };

/*
 * TCP, as far as IP sees it
 */
static struct {
	unsigned inputs, errors;
	struct ip_rx rx;
	struct ip_error error;
	uint8_t l4[8];
	uint32_t len, first_len;
} fake_tcp;

__attribute__((weak)) int tcp_init(struct net *net, struct arena *a,
				   uint32_t conns, uint32_t listeners)
{
	(void)net;
	(void)a;
	(void)conns;
	(void)listeners;
	return 0;
}

__attribute__((weak)) void tcp_fini(struct net *net)
{
	(void)net;
}

__attribute__((weak)) void tcp_input(struct net *net, struct rte_mbuf *m,
				     const struct ip_rx *rx)
{
	(void)net;
	fake_tcp.inputs++;
	fake_tcp.rx = *rx;
	fake_tcp.len = m->pkt_len;
	fake_tcp.first_len = m->data_len;
	rte_pktmbuf_free(m);
}

__attribute__((weak)) void tcp_error(struct net *net, const struct ip_error *e)
{
	(void)net;
	fake_tcp.errors++;
	fake_tcp.error = *e;
	memcpy(fake_tcp.l4, e->l4, sizeof(fake_tcp.l4));
}

__attribute__((weak)) unsigned tcp_events(struct net *net, struct ix_event *ev,
					  unsigned room, uint32_t *more)
{
	(void)net;
	(void)ev;
	(void)room;
	*more = 0;
	return 0;
}

__attribute__((weak)) int tcp_events_due(const struct net *net)
{
	(void)net;
	return 0;
}

/*
 * Packets
 */
struct pkt {
	uint32_t len;
	uint8_t b[66000];
};

static inline void put16(uint8_t *p, unsigned v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static inline uint16_t sum16(const uint8_t *p, uint32_t len, uint32_t sum)
{
	for (uint32_t i = 0; i < len; i++)
		sum += i & 1 ? p[i] : (uint32_t)p[i] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)sum;
}

static inline void pkt_eth(struct pkt *p, const uint8_t *dst,
			   const uint8_t *src, uint16_t type)
{
	memcpy(p->b, dst, 6);
	memcpy(p->b + 6, src, 6);
	put16(p->b + 12, type);
	p->len = 14;
}

struct ipf {
	uint32_t src, dst;
	uint8_t proto, ttl, tos;
	uint16_t id, frag; /* host order, with flags */
};

/* Frame p: Ethernet, IPv4 and the len bytes at l4. */
static inline void pkt_ip(struct pkt *p, const uint8_t *dst, const uint8_t *src,
			  struct ipf f, const void *l4, uint32_t len)
{
	uint8_t *h = p->b + 14;

	pkt_eth(p, dst, src, 0x0800);
	memset(h, 0, 20);
	h[0] = 0x45;
	h[1] = f.tos;
	put16(h + 2, 20 + len);
	put16(h + 4, f.id);
	put16(h + 6, f.frag);
	h[8] = f.ttl ? f.ttl : 64;
	h[9] = f.proto;
	memcpy(h + 12, &f.src, 4);
	memcpy(h + 16, &f.dst, 4);
	put16(h + 10, 0xffff ^ sum16(h, 20, 0));
	memcpy(h + 20, l4, len);
	p->len = 34 + len;
}

static inline uint16_t sum_pseudo(uint32_t src, uint32_t dst, uint8_t proto,
				  const uint8_t *l4, uint32_t len)
{
	uint8_t ph[12] = { 0 };

	memcpy(ph, &src, 4);
	memcpy(ph + 4, &dst, 4);
	ph[9] = proto;
	put16(ph + 10, len);
	return sum16(l4, len, sum16(ph, 12, 0));
}

/* A UDP header and data at out; returns the length. */
static inline uint32_t put_udp(uint8_t *out, uint32_t src, uint16_t sport,
			       uint32_t dst, uint16_t dport, const void *data,
			       uint32_t len)
{
	uint16_t sum;

	put16(out, sport);
	put16(out + 2, dport);
	put16(out + 4, 8 + len);
	put16(out + 6, 0);
	memcpy(out + 8, data, len);
	sum = (uint16_t)~sum_pseudo(src, dst, IPPROTO_UDP, out, 8 + len);
	put16(out + 6, sum ? sum : 0xffff);
	return 8 + len;
}

static inline uint32_t put_icmp(uint8_t *out, uint8_t type, uint8_t code,
				uint32_t rest, const void *data, uint32_t len)
{
	memset(out, 0, 8);
	out[0] = type;
	out[1] = code;
	put16(out + 4, rest >> 16);
	put16(out + 6, rest & 0xffff);
	memcpy(out + 8, data, len);
	put16(out + 2, 0xffff ^ sum16(out, 8 + len, 0));
	return 8 + len;
}

static inline void fill(uint8_t *p, uint32_t len)
{
	for (uint32_t i = 0; i < len; i++)
		p[i] = (uint8_t)(i * 7 + (i >> 8));
}

/* "02 00 ..." */
static inline void pkt_hex(struct pkt *p, const char *s)
{
	unsigned v;
	int used;

	p->len = 0;
	while (sscanf(s, "%2x%n", &v, &used) == 1) {
		p->b[p->len++] = (uint8_t)v;
		s += used;
	}
}

/*
 * In and out
 */
static inline struct rte_mbuf *mbuf_of(const struct pkt *p)
{
	struct rte_mbuf *m = rte_pktmbuf_alloc(rx_pool.mp);

	assert_non_null(m);
	memcpy(rte_pktmbuf_append(m, (uint16_t)p->len), p->b, p->len);
	m->port = 0;
	return m;
}

static inline void rx(const struct pkt *p)
{
	net_input(&n, mbuf_of(p));
}

static inline void rx_hex(const char *s)
{
	static struct pkt p;

	pkt_hex(&p, s);
	rx(&p);
}

static inline struct rte_mbuf *tx_pop(void)
{
	struct rte_mbuf *m;

	assert_true(n.ntx > 0);
	m = n.txq[0];
	n.ntx--;
	n.ntx_segs -= m->nb_segs;
	memmove(n.txq, n.txq + 1, n.ntx * sizeof(n.txq[0]));
	return m;
}

static inline void tx_take(struct pkt *out)
{
	struct rte_mbuf *m = tx_pop();
	const void *d;

	assert_int_equal(m->port, 0);
	out->len = m->pkt_len;
	d = rte_pktmbuf_read(m, 0, m->pkt_len, out->b);
	assert_non_null(d);
	if (d != out->b)
		memcpy(out->b, d, out->len);
	rte_pktmbuf_free(m);
}

/* The identification of the next packet sent, which is random. */
static inline uint16_t sent_ident(void)
{
	uint16_t be;

	assert_true(n.ntx > 0);
	memcpy(&be, rte_pktmbuf_mtod_offset(n.txq[0], char *, 14 + 4), 2);
	return rte_be_to_cpu_16(be);
}

static inline void expect(const struct pkt *want)
{
	static struct pkt got;

	tx_take(&got);
	assert_memory_equal(got.b, want->b, RTE_MIN(got.len, want->len));
	assert_int_equal(got.len, want->len);
}

static inline void expect_hex(const char *s)
{
	static struct pkt p;

	pkt_hex(&p, s);
	expect(&p);
}

static inline void expect_silence(void)
{
	assert_int_equal(n.ntx, 0);
	assert_null(n.loop_head);
}

/* Time passes in steps of 1 ms. */
static inline void pass(uint64_t ns)
{
	uint64_t end = n.now + ns;

	while (n.now < end) {
		n.now = RTE_MIN(n.now + MS, end);
		timer_run(&n.wheel, &n, n.now);
		rte_rcu_qsbr_quiescent(qsbr, 0);
	}
}

static inline void know_peer(void)
{
	struct ix_addr peer = addr_from_v4(PEER);
	struct rte_ether_addr mac;

	memcpy(&mac, peer_mac, 6);
	assert_int_equal(neigh_add_permanent(&sh, 0, &peer, &mac), 0);
}

static inline void set_addr(unsigned i, uint32_t be, uint32_t len, uint32_t dev)
{
	sh.info.addrs[i].ip = addr_from_v4(be);
	sh.info.addrs[i].prefix = 96 + len;
	sh.info.addrs[i].dev = dev;
	if (sh.info.naddrs <= i)
		sh.info.naddrs = i + 1;
}

static inline int env_setup(void **state)
{
	static const struct net_limits lim = { 64, 16, 64 };

	(void)state;
	memset(&sh, 0, sizeof(sh));
	memset(&fake_tcp, 0, sizeof(fake_tcp));
	sh.ndevs = 1;
	memcpy(&sh.dev[0].mac, our_mac, 6);
	sh.dev[0].mtu = 1500;
	sh.info.nethreads = 1;
	sh.qsbr = qsbr;
	set_addr(0, US, 24, 0);
	if (arena_create(&arena, "test", 64 << 20) < 0)
		return -1;
	return net_init(&n, &sh, 0, &arena, &lim, tx_pool.mp, START, 1);
}

static inline int env_teardown(void **state)
{
	(void)state;
	expect_silence();
	assert_int_equal(n.wheel.armed, 0);
	net_fini(&n);
	assert_int_equal(n.wheel.armed, 0);
	assert_int_equal(pool_in_use(rx_pool.mp), 0);
	assert_int_equal(pool_in_use(tx_pool.mp), 0);
	arena_destroy(&arena);
	return 0;
}

static inline int env_start(void **state)
{
	static char *args[] = { (char *)"test",
				(char *)"--no-huge",
				(char *)"--no-shconf",
				(char *)"--no-pci",
				(char *)"-m",
				(char *)"128",
				(char *)"--no-telemetry",
				(char *)"--log-level=*:4" };
	struct pool_spec spec = { .name = "rx", .count = 2047 };
	size_t size;

	(void)state;
	if (rte_eal_init(RTE_DIM(args), args) < 0)
		return -1;
	if (pool_create(&spec, &rx_pool) < 0)
		return -1;
	spec.name = "tx";
	if (pool_create(&spec, &tx_pool) < 0)
		return -1;
	size = rte_rcu_qsbr_get_memsize(IX_MAX_ETHREADS);
	qsbr = aligned_alloc(64, (size + 63) & ~(size_t)63);
	if (!qsbr)
		return -1;
	rte_rcu_qsbr_init(qsbr, IX_MAX_ETHREADS);
	rte_rcu_qsbr_thread_register(qsbr, 0);
	rte_rcu_qsbr_thread_online(qsbr, 0);
	return 0;
}

static inline int env_stop(void **state)
{
	(void)state;
	pool_destroy(&rx_pool);
	pool_destroy(&tx_pool);
	free(qsbr);
	return rte_eal_cleanup();
}

#define ENV_TEST(name) \
	cmocka_unit_test_setup_teardown(name, env_setup, env_teardown)

#endif
