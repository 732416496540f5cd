// SPDX-License-Identifier: MIT
/*
 * test_pools.c - mbuf pools: placement, counts, forks, reset
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <rte_eal.h>
#include <rte_mbuf.h>
#include <rte_ring.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fence.h"
#include "mem/pools.h"

#define COUNT 1023u

static struct pool pool;

static int make(uint8_t plain)
{
	struct pool_spec s = { .name = "p", .count = COUNT, .plain = plain };

	return pool_create(&s, &pool);
}

static int setup_split(void **state)
{
	(void)state;
	return make(0);
}

static int setup_plain(void **state)
{
	(void)state;
	return make(1);
}

static int teardown(void **state)
{
	(void)state;
	assert_int_equal(pool_in_use(pool.mp), 0);
	pool_destroy(&pool);
	assert_null(rte_mempool_lookup("p"));
	return 0;
}

/* Every mbuf can be had, is distinct, new, and its data writable. */
static void check_all(void)
{
	static struct rte_mbuf *m[COUNT];

	for (unsigned i = 0; i < COUNT; i++) {
		m[i] = rte_pktmbuf_alloc(pool.mp);
		assert_non_null(m[i]);
		assert_int_equal(rte_mbuf_refcnt_read(m[i]), 1);
		assert_int_equal(m[i]->nb_segs, 1);
		assert_null(m[i]->next);
		assert_int_equal(m[i]->buf_len, POOL_ROOM);
		memset(rte_pktmbuf_append(m[i], 2048), (int)i & 0xff, 2048);
	}
	assert_null(rte_pktmbuf_alloc(pool.mp));
	assert_int_equal(pool_in_use(pool.mp), COUNT);
	for (unsigned i = 0; i < COUNT; i++) {
		const uint8_t *d = rte_pktmbuf_mtod(m[i], const uint8_t *);

		assert_int_equal(d[0], i & 0xff);
		assert_int_equal(d[2047], i & 0xff);
		rte_pktmbuf_free(m[i]);
	}
	assert_int_equal(pool_in_use(pool.mp), 0);
}

static void test_all_can_be_had(void **state)
{
	(void)state;
	check_all();
	check_all();
}

static void test_data_has_pages_of_its_own(void **state)
{
	uintptr_t page = (uintptr_t)getpagesize();
	uintptr_t lo = (uintptr_t)pool.data, hi = lo + pool.data_size;
	struct rte_mbuf *m[COUNT];

	(void)state;
	assert_true(lo % page == 0 && hi % page == 0);
	assert_int_equal(rte_pktmbuf_alloc_bulk(pool.mp, m, COUNT), 0);
	for (unsigned i = 0; i < COUNT; i++) {
		uintptr_t b = (uintptr_t)m[i]->buf_addr, h = (uintptr_t)m[i];

		assert_true(b >= lo && b + m[i]->buf_len <= hi);
		assert_true(h + sizeof(*m[i]) <= lo || h >= hi);
	}
	rte_pktmbuf_free_bulk(m, COUNT);
}

static void test_fences(void **state)
{
	const char *data = pool.data;

	(void)state;
	pool_fence(&pool);
	assert_true(kernel_reads(data));
	assert_true(kernel_reads(data + pool.data_size - 1));
	assert_false(kernel_reads(data - 1));
	assert_false(kernel_reads(data + pool.data_size));
	check_all();
}

static void test_refusals(void **state)
{
	struct pool_spec s = { .name = "p", .count = COUNT };
	struct pool other = { 0 };

	(void)state;
	assert_int_equal(pool_create(&s, &other), -EEXIST);
	s.name = "";
	assert_int_equal(pool_create(&s, &other), -EINVAL);
	s.name = "a-name-that-is-too-long";
	assert_int_equal(pool_create(&s, &other), -EINVAL);
	s.name = "small";
	s.count = 1;
	assert_int_equal(pool_create(&s, &other), -EINVAL);
	s.name = "big";
	s.count = 1u << 24;
	assert_int_equal(pool_create(&s, &other), -ENOMEM);
	assert_null(other.mp);
	/* a node that is not there: any other */
	s.name = "far";
	s.count = 100;
	s.socket = 7;
	assert_int_equal(pool_create(&s, &other), 0);
	pool_destroy(&other);
}

/* What a child takes, and writes, the parent sees. */
static void test_forks_share(void **state)
{
	struct rte_mbuf *m = rte_pktmbuf_alloc(pool.mp);
	int status;
	pid_t pid;

	(void)state;
	pid = fork();
	if (pid == 0) {
		strcpy(rte_pktmbuf_append(m, 6), "child");
		_exit(rte_pktmbuf_alloc(pool.mp) ? 0 : 1);
	}
	assert_true(waitpid(pid, &status, 0) == pid && status == 0);
	assert_string_equal(rte_pktmbuf_mtod(m, char *), "child");
	assert_int_equal(pool_in_use(pool.mp), 2);
	assert_int_equal(pool_reset(pool.mp, NULL, NULL), 0);
}

/* A holder died with mbufs, in the middle of operations. */
static void test_reset(void **state)
{
	struct rte_ring *r = pool.mp->pool_data;
	struct rte_mbuf *m[COUNT];

	(void)state;
	for (unsigned round = 0; round < 4; round++) {
		assert_int_equal(rte_pktmbuf_alloc_bulk(pool.mp, m, COUNT / 2),
				 0);
		for (unsigned i = 0; i + 1 < COUNT / 2; i += 2)
			rte_pktmbuf_chain(m[i], m[i + 1]);
		rte_mbuf_refcnt_set(m[0], 3);
		m[3]->ol_flags |= RTE_MBUF_F_TX_TCP_CKSUM;
		/* a head moved, its tail not: others would wait for ever */
		r->prod.head += round;
		r->cons.head += round;
		assert_int_equal(pool_reset(pool.mp, NULL, NULL), 0);
		check_all();
	}
}

/* Caches of two ids, one of them never enabled. */
static void test_reset_empties_caches(void **state)
{
	unsigned old = RTE_PER_LCORE(_lcore_id);
	struct rte_mbuf *m[64];

	(void)state;
	for (unsigned id = 5; id < 7; id++) {
		RTE_PER_LCORE(_lcore_id) = id;
		assert_int_equal(rte_pktmbuf_alloc_bulk(pool.mp, m, 64), 0);
		rte_pktmbuf_free_bulk(m, 32);
	}
	assert_int_equal(pool_in_use(pool.mp), 64);
	assert_int_equal(pool_reset(pool.mp, NULL, NULL), 0);
	RTE_PER_LCORE(_lcore_id) = old;
	check_all();
}

static int is_one_of(const struct rte_mbuf *m, void *arg)
{
	struct rte_mbuf **held = arg;

	while (*held && *held != m)
		held++;
	return *held != NULL;
}

/* What the device holds stays as it is, chains too. */
static void test_reset_skips_the_held(void **state)
{
	struct rte_mbuf *m[100], *held[4] = { NULL };

	(void)state;
	assert_int_equal(rte_pktmbuf_alloc_bulk(pool.mp, m, 100), 0);
	rte_pktmbuf_chain(m[70], m[3]);
	held[0] = m[70];
	held[1] = m[3];
	held[2] = m[9];
	assert_int_equal(pool_reset(pool.mp, is_one_of, held), 0);
	assert_int_equal(pool_in_use(pool.mp), 3);
	assert_int_equal(m[70]->nb_segs, 2);
	rte_pktmbuf_free(m[70]);
	rte_pktmbuf_free(m[9]);
	check_all();
}

/* Nobody knows where those are that were not in the ring. */
static void test_salvage(void **state)
{
	struct rte_ring *r = pool.mp->pool_data;
	struct rte_mbuf *m[COUNT];
	int n;

	(void)state;
	assert_int_equal(rte_pktmbuf_alloc_bulk(pool.mp, m, 100), 0);
	rte_pktmbuf_free_bulk(m + 50, 50);
	n = (int)rte_ring_count(r);
	r->prod.head += 2;
	r->cons.head += 3;
	assert_int_equal(pool_salvage(pool.mp), 0);
	assert_int_equal(pool_in_use(pool.mp), COUNT - (unsigned)(n - 3));
	for (int i = 0; i < n - 3; i++) {
		struct rte_mbuf *got = rte_pktmbuf_alloc(pool.mp);

		assert_non_null(got);
		for (int k = 0; k < 50; k++)
			assert_ptr_not_equal(got, m[k]);
	}
	assert_null(rte_pktmbuf_alloc(pool.mp));
	assert_int_equal(pool_reset(pool.mp, NULL, NULL), 0);
	check_all();
}

static void test_socket_of_cpu(void **state)
{
	(void)state;
	assert_true(pool_socket_of_cpu(sched_getcpu()) >= 0);
	assert_int_equal(pool_socket_of_cpu(1 << 20), 0);
}

static int start(void **state)
{
	static char *args[] = { (char *)"test",
				(char *)"--no-huge",
				(char *)"--no-shconf",
				(char *)"--no-pci",
				(char *)"-m",
				(char *)"128",
				(char *)"--no-telemetry",
				(char *)"--log-level=*:1" };

	(void)state;
	return rte_eal_init(RTE_DIM(args), args) < 0;
}

static int stop(void **state)
{
	(void)state;
	return rte_eal_cleanup();
}

#define SPLIT(name) cmocka_unit_test_setup_teardown(name, setup_split, teardown)
#define PLAIN(name) cmocka_unit_test_setup_teardown(name, setup_plain, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		SPLIT(test_all_can_be_had),
		PLAIN(test_all_can_be_had),
		SPLIT(test_data_has_pages_of_its_own),
		SPLIT(test_fences),
		SPLIT(test_refusals),
		SPLIT(test_forks_share),
		PLAIN(test_forks_share),
		SPLIT(test_reset),
		PLAIN(test_reset),
		SPLIT(test_reset_empties_caches),
		PLAIN(test_reset_empties_caches),
		SPLIT(test_reset_skips_the_held),
		PLAIN(test_reset_skips_the_held),
		SPLIT(test_salvage),
		PLAIN(test_salvage),
		cmocka_unit_test(test_socket_of_cpu),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
