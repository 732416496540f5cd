// SPDX-License-Identifier: MIT
/*
 * test_kill.c - a process that drives a queue is killed inside a burst
 *
 * docs/adr/0001: the next one repairs the queue and its pools, and frames
 * come back once and whole. Killed at random times, traffic running.
 */
#include "util.h"

#define ROUNDS 25
#define FLOOD 400

static int netns;

static int start(void **state)
{
	(void)state;
	netns = test_netns();
	return netns ? test_eal() : 0;
}

static void drive_for_ever(struct drv_dev *d)
{
	for (;;)
		serve(d, 0, 1 + (rand() & 1));
}

static void drain(int peer)
{
	struct frame f;

	while (recv(peer, &f, sizeof(f), 0) > 0)
		;
}

static void flood(int peer, unsigned n)
{
	struct frame f;
	unsigned i;

	test_fill(&f, 7, 60 + (unsigned)rand() % 1400);
	for (i = 0; i < n; i++)
		if (send(peer, &f, (size_t)f.len_hi << 8 | f.len_lo, 0) < 0)
			break;
}

static void kill_one(struct drv_dev *d, int peer)
{
	pid_t pid = test_fork();

	if (pid == 0)
		drive_for_ever(d);
	flood(peer, FLOOD / 2 + (unsigned)rand() % FLOOD);
	usleep((unsigned)rand() % 2000);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static void repair(struct drv_dev *d)
{
	assert_int_equal(drv_reset_queue(d, 0), 0);
	assert_int_equal(pool_reset(test_rx[0], NULL, NULL), 0);
	assert_int_equal(pool_reset(test_tx[0], NULL, NULL), 0);
}

static void check_kills(const char *text)
{
	struct drv_dev *d;
	unsigned i;
	int peer;

	if (!netns)
		skip();
	if (test_open(text, 1, &d) < 0) {
		printf("skipped: %s\n", test_err);
		skip();
	}
	peer = peer_open(drv_info(d)->kernel_if);
	for (i = 0; i < ROUNDS; i++) {
		kill_one(d, peer);
		repair(d);
		while (serve(d, 0, 1)) /* what was on its way */
			;
		drain(peer);
		assert_int_equal(exchange(d, peer, 40, 60 + i * 50, 2), 40);
	}
	close(peer);
	drv_close(d);
	assert_int_equal(rte_mempool_avail_count(test_rx[0]), POOL_MBUFS);
	assert_int_equal(rte_mempool_avail_count(test_tx[0]), POOL_MBUFS);
}

static void test_af_packet(void **state)
{
	(void)state;
	check_kills("veth:dkp,driver=af_packet");
}

static void test_af_xdp(void **state)
{
	(void)state;
	check_kills("veth:dkx,driver=af_xdp");
}

static void test_tap(void **state)
{
	(void)state;
	check_kills("tap:dkt");
}

/* A device that we cannot repair says so. */
static void test_others(void **state)
{
	struct drv_dev *d;

	(void)state;
	if (!netns)
		skip();
	assert_int_equal(test_open("vdev:net_null0", 1, &d), 0);
	assert_int_equal(drv_reset_queue(d, 0), -EIO);
	assert_int_equal(drv_is_down(d, 0), 1);
	drv_close(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_af_packet),
		cmocka_unit_test(test_af_xdp),
		cmocka_unit_test(test_tap),
		cmocka_unit_test(test_others),
	};

	srand((unsigned)getpid());
	return cmocka_run_group_tests(tests, start, NULL);
}
