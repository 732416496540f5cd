/* SPDX-License-Identifier: MIT */
/*
 * util.h - what the tests of drv share: EAL, pools, and a peer that sends
 * numbered frames from the kernel's side
 */
#ifndef IX_DRV_TEST_UTIL_H
#define IX_DRV_TEST_UTIL_H

#include <errno.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <rte_mbuf.h>
#include <sched.h>
#include <stdarg.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "drv/common/dev.h"
#include "drv/drv.h"
#include "mem/pools.h"

#define POOL_MBUFS 2047
#define FD_BASE 400
#define TEST_TYPE 0x88b5 /* IEEE 802: for local experiments */
#define ASK 'q'
#define ANSWER 'a'

struct frame {
	uint8_t dst[6], src[6];
	uint16_t type;
	uint8_t kind; /* ASK or ANSWER */
	uint8_t len_hi, len_lo;
	uint8_t seq[4];
	uint8_t body[1600];
} __attribute__((packed));

#define FRAME_HEAD offsetof(struct frame, body)

static struct arena test_arena;
static struct rte_mempool *test_rx[4], *test_tx[4];
static char test_err[256];

static inline double test_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* A fork that does not outlive its parent. */
static inline pid_t test_fork(void)
{
	pid_t pid = fork();

	if (pid == 0)
		prctl(PR_SET_PDEATHSIG, SIGKILL);
	return pid;
}

/* A network namespace of our own, or say why not. */
static inline int test_netns(void)
{
	if (unshare(CLONE_NEWNET) == 0)
		return 1;
	printf("skipped: no network namespace (%s)\n", strerror(errno));
	return 0;
}

static inline void test_make_pools(void)
{
	char name[16];
	unsigned q;

	drv_setup_begin();
	for (q = 0; q < 4; q++) {
		snprintf(name, sizeof(name), "rx%u", q);
		test_rx[q] = rte_pktmbuf_pool_create(name, POOL_MBUFS, 64, 0,
						     2048 + 128, 0);
		snprintf(name, sizeof(name), "tx%u", q);
		test_tx[q] = rte_pktmbuf_pool_create(name, POOL_MBUFS, 64, 0,
						     2048 + 128, 0);
	}
	drv_setup_end();
}

/* EAL, once in a process; needs nothing but memory. */
static inline int test_eal(void)
{
	struct drv_eal_opts o = { .mem_mb = 128, .fd_base = FD_BASE };
	int rc;

	if (test_arena.base)
		return 0;
	rc = drv_eal_init(&o, test_err, sizeof(test_err));
	if (rc == 0)
		rc = arena_create(&test_arena, "drv-test", 64 << 20);
	if (rc == 0)
		test_make_pools();
	drv_set_lcore(100);
	return rc;
}

static inline int test_open(const char *text, uint16_t nqueues,
			    struct drv_dev **d)
{
	struct drv_spec s = { 0 };

	snprintf(s.text, sizeof(s.text), "%s", text);
	test_err[0] = '\0';
	return drv_open(&test_arena, &s, nqueues, test_rx, test_tx, 3000, d,
			test_err, sizeof(test_err));
}

static inline void test_fill(struct frame *f, uint32_t seq, unsigned len)
{
	unsigned i;

	memset(f->dst, 0xff, 6);
	memcpy(f->src, "\x02\0\0\0\0\x01", 6);
	f->type = (uint16_t)(TEST_TYPE >> 8 | (TEST_TYPE & 0xff) << 8);
	f->kind = ASK;
	f->len_hi = (uint8_t)(len >> 8);
	f->len_lo = (uint8_t)len;
	memcpy(f->seq, &seq, 4);
	for (i = 0; i < len - FRAME_HEAD; i++)
		f->body[i] = (uint8_t)(seq + i);
}

/* 1 if f is frame seq, whole. */
static inline int test_check(const struct frame *f, size_t n, uint32_t seq)
{
	struct frame want;
	size_t len = (size_t)f->len_hi << 8 | f->len_lo;

	if (n < len || len < FRAME_HEAD || memcmp(f->seq, &seq, 4) != 0)
		return 0;
	test_fill(&want, seq, (unsigned)len);
	return memcmp(f->body, want.body, len - FRAME_HEAD) == 0;
}

static inline int test_is(const struct frame *f, size_t n, uint8_t kind)
{
	return n >= FRAME_HEAD && f->kind == kind &&
	       f->type == (uint16_t)(TEST_TYPE >> 8 | (TEST_TYPE & 0xff) << 8);
}

/* A packet socket on the kernel's end. */
static inline int peer_open(const char *ifn)
{
	struct sockaddr_ll a = { .sll_family = AF_PACKET };
	int on = 1, fd = socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK, 0);

	assert_true(fd >= 0);
	a.sll_ifindex = (int)if_nametoindex(ifn);
	a.sll_protocol = (uint16_t)(TEST_TYPE >> 8 | (TEST_TYPE & 0xff) << 8);
	assert_true(a.sll_ifindex > 0);
	setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on, sizeof(on));
	assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	return fd;
}

/* Answer what has come: frames answered. segs 2: in two segments. */
static inline unsigned serve(struct drv_dev *d, uint16_t q, int segs)
{
	struct rte_mbuf *in[32], *m, *t;
	uint16_t i, n = drv_rx(d, q, 3, in, 32);
	unsigned done = 0;
	uint16_t half;

	if (drv_tx_backlog(d, q))
		drv_tx(d, q, NULL, 0);
	for (i = 0; i < n; i++) {
		struct frame *f = rte_pktmbuf_mtod(in[i], struct frame *);

		m = in[i];
		if (m->port != 3 || !test_is(f, m->data_len, ASK)) {
			rte_pktmbuf_free(m);
			continue;
		}
		f->kind = ANSWER;
		half = m->data_len / 2;
		t = segs > 1 ? rte_pktmbuf_alloc(test_tx[q]) : NULL;
		if (t) {
			memcpy(rte_pktmbuf_append(
				       t, (uint16_t)(m->data_len - half)),
			       (char *)f + half, m->data_len - half);
			m->data_len = half;
			m->pkt_len = half;
			rte_pktmbuf_chain(m, t);
		}
		drv_tx(d, q, &m, 1);
		done++;
	}
	return done;
}

/* Seconds until an answer is lost: others may have the processors. */
#define TEST_PATIENCE 30

/* Ask n times from the kernel's side; d NULL: somebody else answers. */
static inline unsigned exchange(struct drv_dev *d, int peer, unsigned n,
				unsigned len, int segs)
{
	static uint32_t seq = 1000;
	struct frame f;
	unsigned ok = 0, i;
	uint16_t q;

	for (i = 0; i < n; i++, seq++) {
		double end = test_now() + TEST_PATIENCE;
		ssize_t got;

		test_fill(&f, seq, len);
		if (send(peer, &f, len, 0) < 0)
			continue;
		while (test_now() < end) {
			for (q = 0; d && q < drv_info(d)->nqueues; q++)
				serve(d, q, segs);
			got = recv(peer, &f, sizeof(f), 0);
			if (got > 0 && test_is(&f, (size_t)got, ANSWER) &&
			    test_check(&f, (size_t)got, seq)) {
				ok++;
				break;
			}
		}
	}
	return ok;
}

#endif
