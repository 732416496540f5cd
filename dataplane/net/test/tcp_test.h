/* SPDX-License-Identifier: MIT */
/*
 * tcp_test.h - TCP on a fake IP, for the tests of TCP
 *
 * Everything that TCP needs of IP is defined here, so that the linker takes
 * no object of IP from the library. What TCP gives to ip_output() goes to
 * test_output(), which each test defines.
 */
#ifndef IX_NET_TEST_TCP_TEST_H
#define IX_NET_TEST_TCP_TEST_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <netinet/in.h>
#include <rte_eal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem/arena.h"
#include "net/common/mbuf.h"
#include "net/eth/eth.h"
#include "net/ip/ip_output.h"
#include "net/ip/route.h"
#include "net/tcp/cc/tcp_cubic.h"
#include "net/tcp/input/tcp_ack.h"
#include "net/tcp/output/tcp_opts.h"
#include "net/tcp/output/tcp_rtt.h"
#include "net/tcp/state/tcp_hash.h"
#include "net/tcp/state/tcp_life.h"
#include "net/tcp/state/tcp_listener.h"
#include "net/tcp/state/tcp_sack.h"
#include "net/tcp/tcp.h"

#define MS UINT64_C(1000000)
#define SEC (1000 * MS)
#define START (100 * SEC)
#define IP4(a, b, c, d) \
	RTE_BE32((uint32_t)(a) << 24 | (b) << 16 | (c) << 8 | (d))
#define US IP4(10, 0, 0, 2)
#define PEER IP4(10, 0, 0, 1)

/* One stack. */
struct host {
	struct net n;
	struct net_shared sh;
	struct arena arena;
};

static struct rte_mempool *test_pool;
static unsigned fail_alloc; /* net_alloc() refuses that many times */
static int fail_output;	    /* ip_output() answers this, once */

/* Takes m, whose data begin at the TCP header. */
static void test_output(struct net *n, struct rte_mbuf *m,
			const struct ip_path *p);

struct rte_mbuf *net_alloc(struct net *n)
{
	struct rte_mbuf *m;

	if (fail_alloc) {
		fail_alloc--;
		return NULL;
	}
	m = rte_pktmbuf_alloc(n->pool);
	if (m)
		m->data_off = NET_HEADROOM;
	return m;
}

int ip_addr_index(const struct net_shared *sh, const struct ix_addr *ip)
{
	uint32_t i;

	for (i = 0; i < sh->info.naddrs; i++)
		if (addr_equal(&sh->info.addrs[i].ip, ip))
			return (int)i;
	return -1;
}

int ip_route_class(const struct net_shared *sh, const struct ix_addr *ip)
{
	if (addr_is_v4(ip) && addr_v4(ip) == IP4(127, 0, 0, 1))
		return sh->info.loopback != 0;
	return ip_addr_index(sh, ip) >= 0;
}

int ip_is_unicast(const struct net_shared *sh, const struct ix_addr *ip)
{
	(void)sh;
	return addr_v4(ip) != UINT32_MAX;
}

int ip_route(struct net *n, struct ip_path *p)
{
	if (!addr_is_v4(&p->dst) || addr_v4(&p->dst) == IP4(192, 0, 2, 1))
		return -ENETUNREACH;
	if (addr_is_any(&p->src))
		p->src = n->sh->info.addrs[0].ip;
	else if (ip_addr_index(n->sh, &p->src) < 0)
		return -EINVAL;
	p->dev = 0;
	return 0;
}

int ip_output(struct net *n, struct rte_mbuf *m, struct ip_path *p,
	      uint8_t proto, unsigned flags)
{
	assert_int_equal(proto, IPPROTO_TCP);
	assert_int_equal(flags, IP_OUT_DF);
	assert_true(rte_pktmbuf_headroom(m) >= 34);
	if (fail_output) {
		int rc = fail_output;

		fail_output = 0;
		rte_pktmbuf_free(m);
		return rc;
	}
	test_output(n, m, p);
	return 0;
}

static inline int test_eal(void)
{
	char *argv[] = { "test",
			 "--no-huge",
			 "--no-shconf",
			 "--no-pci",
			 "-m",
			 "128",
			 "-l",
			 "0",
			 "--log-level=*:4",
			 "--no-telemetry",
			 NULL };

	if (rte_eal_init((int)RTE_DIM(argv) - 1, argv) < 0)
		return -1;
	test_pool = rte_pktmbuf_pool_create("test", 16383, 256, 0, 2304, 0);
	return test_pool ? 0 : -1;
}

static inline void host_init(struct host *h, uint32_t ip, uint32_t max_conns,
			     uint64_t seed)
{
	struct net *n = &h->n;
	unsigned i;

	memset(h, 0, sizeof(*h));
	assert_int_equal(arena_create(&h->arena, "test",
				      tcp_arena_size(max_conns, 8)),
			 0);
	h->sh.ndevs = 1;
	h->sh.dev[0].mtu = 1500;
	h->sh.info.naddrs = 1;
	h->sh.info.addrs[0].ip = addr_from_v4(ip);
	for (i = 0; i < sizeof(h->sh.isn_key); i++)
		h->sh.isn_key[i] = (uint8_t)(seed + i * 7);
	n->now = START;
	n->sh = &h->sh;
	n->pool = test_pool;
	n->rng = seed | 1;
	timer_wheel_init(&n->wheel, n->now);
	assert_int_equal(tcp_init(n, &h->arena, max_conns, 8), 0);
}

/* Every test ends with nothing in use. */
static inline void host_fini(struct host *h)
{
	struct tcp *t = h->n.tcp;

	assert_int_equal(t->pcbs.used, 0);
	assert_int_equal(t->pieces.used, 0);
	assert_int_equal(t->ooos.used, 0);
	assert_int_equal(t->sbs.used, 0);
	assert_int_equal(t->hcount, 0);
	assert_int_equal(t->rx_held, 0);
	assert_int_equal(t->lingering, 0);
	assert_int_equal(t->ntw, 0);
	assert_int_equal(h->n.wheel.armed, 0);
	tcp_fini(&h->n);
	arena_destroy(&h->arena);
}

static inline void pool_is_empty(void)
{
	assert_int_equal(rte_mempool_in_use_count(test_pool), 0);
}

#endif
