// SPDX-License-Identifier: MIT
/*
 * test_memif.c - two processes and a memif between them
 */
#include <poll.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "util.h"

#define ROUNDS 15

static pid_t peer_pid;

/* A peer with an EAL of its own; forked before ours is started. */
static void peer_process(const char *text, uint16_t nqueues)
{
	struct drv_dev *d;
	uint16_t q;

	peer_pid = test_fork();
	if (peer_pid != 0)
		return;
	if (test_eal() < 0 || test_open(text, nqueues, &d) < 0) {
		printf("peer: %s\n", test_err);
		_exit(1);
	}
	for (;;)
		for (q = 0; q < nqueues; q++)
			serve(d, q, 1);
}

static void send_one(struct drv_dev *d, uint16_t q, uint32_t seq, unsigned len)
{
	struct rte_mbuf *m = rte_pktmbuf_alloc(test_tx[q]);
	struct frame *f = m ? (void *)rte_pktmbuf_append(m, (uint16_t)len) :
			      NULL;

	if (!f)
		return;
	test_fill(f, seq, len);
	drv_tx(d, q, &m, 1);
}

/* 1 if frame seq has come back; others are dropped. */
static int receive(struct drv_dev *d, uint16_t q, uint32_t seq)
{
	struct rte_mbuf *m[32];
	uint16_t i, n = drv_rx(d, q, 3, m, 32);
	int ok = 0;

	if (drv_tx_backlog(d, q))
		drv_tx(d, q, NULL, 0);
	for (i = 0; i < n; i++) {
		struct frame *f = rte_pktmbuf_mtod(m[i], struct frame *);

		ok |= test_is(f, m[i]->data_len, ANSWER) &&
		      test_check(f, m[i]->data_len, seq);
		rte_pktmbuf_free(m[i]);
	}
	return ok;
}

static unsigned ask_once(struct drv_dev *d, uint16_t q, unsigned len,
			 double seconds)
{
	static uint32_t seq = 5000;
	double end = test_now() + seconds;
	int got = 0;

	send_one(d, q, ++seq, len);
	while (!got && test_now() < end) {
		got = receive(d, q, seq);
		if (!got)
			sched_yield();
	}
	return got != 0;
}

static unsigned ask(struct drv_dev *d, uint16_t q, unsigned n, unsigned len)
{
	unsigned ok = 0, i;

	for (i = 0; i < n; i++)
		ok += ask_once(d, q, len, TEST_PATIENCE);
	return ok;
}

static void open_ok(const char *text, uint16_t nqueues, struct drv_dev **d)
{
	int rc = test_open(text, nqueues, d);

	if (rc < 0)
		printf("%s\n", test_err);
	assert_int_equal(rc, 0);
}

static char path[64];

static const char *spec(const char *options)
{
	static char text[128];

	snprintf(text, sizeof(text), "memif:%s%s", path, options);
	return text;
}

static void check_wakeup(struct drv_dev *d)
{
	struct pollfd p = { .fd = drv_fd(d, 0), .events = POLLIN };

	assert_true(p.fd >= FD_BASE);
	assert_int_equal(drv_arm(d, 0), 0);
	assert_int_equal(poll(&p, 1, 0), 0);
	send_one(d, 0, 77, 100);
	assert_int_equal(poll(&p, 1, 2000), 1);
	drv_disarm(d, 0);
	assert_int_equal(receive(d, 0, 77), 1);
	send_one(d, 0, 78, 100);
	usleep(100000);
	assert_int_equal(drv_arm(d, 0), 1); /* it is there already */
	assert_int_equal(poll(&p, 1, 0), 0);
	assert_int_equal(receive(d, 0, 78), 1);
}

static void check_fork(struct drv_dev *d)
{
	pid_t pid = test_fork();
	int status;

	if (pid == 0)
		_exit(ask(d, 0, 50, 500) == 50 ? 0 : 1);
	waitpid(pid, &status, 0);
	assert_int_equal(status, 0);
	assert_int_equal(ask(d, 0, 50, 500), 50);
}

static void check_kills(struct drv_dev *d)
{
	unsigned i;
	pid_t pid;

	for (i = 0; i < ROUNDS; i++) {
		pid = test_fork();
		if (pid == 0)
			for (;;) {
				send_one(d, 0, 9, 60 + (unsigned)rand() % 900);
				receive(d, 0, 9);
			}
		usleep((unsigned)rand() % 3000);
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
		assert_int_equal(drv_reset_queue(d, 0), 0);
		assert_int_equal(pool_reset(test_rx[0], NULL, NULL), 0);
		assert_int_equal(pool_reset(test_tx[0], NULL, NULL), 0);
		assert_int_equal(ask(d, 0, 40, 1514), 40);
	}
}

static void check_all(const char *text)
{
	struct drv_dev *d;

	open_ok(text, 1, &d);
	ask_once(d, 0, 60,
		 0.5); /* a client resets its rings when it connects */
	assert_string_equal(drv_info(d)->driver, "net_memif");
	assert_int_equal(ask(d, 0, 50, 60), 50);
	assert_int_equal(ask(d, 0, 50, 1514), 50);
	check_wakeup(d);
	check_fork(d);
	check_kills(d);
	drv_close(d);
	assert_int_equal(rte_mempool_avail_count(test_rx[0]), POOL_MBUFS);
}

/* EAL is started once in a process, its memifs have one peer each. */
static void in_fork(CMUnitTestFunction fn, const char *peer, uint16_t nqueues)
{
	const struct CMUnitTest one[] = { { "fork", fn, NULL, NULL, NULL } };
	static unsigned count;
	int status;
	pid_t pid;

	snprintf(path, sizeof(path), "/tmp/drv-test-%d-%u.sock", getpid(),
		 ++count);
	pid = test_fork();
	if (pid == 0) {
		if (peer)
			peer_process(spec(peer), nqueues);
		if (test_eal() < 0)
			_exit(1);
		_exit(cmocka_run_group_tests(one, NULL, NULL));
	}
	waitpid(pid, &status, 0);
	assert_int_equal(status, 0);
	usleep(50000);
}

/* Told that it is down, a device wakes its sleepers and is left alone. */
static void check_down(struct drv_dev *d)
{
	struct pollfd p = { .fd = drv_fd(d, 0), .events = POLLIN };
	struct rte_mbuf *m = rte_pktmbuf_alloc(test_tx[0]);

	assert_int_equal(drv_is_down(d, 0), 0);
	drv_set_down(d);
	assert_int_equal(drv_is_down(d, 0), 1);
	assert_int_equal(poll(&p, 1, 0), 1);
	assert_int_equal(drv_fd(d, 0), -1);
	assert_int_equal(drv_arm(d, 0), 0);
	rte_pktmbuf_append(m, 60);
	assert_int_equal(drv_tx(d, 0, &m, 1), 1);
	assert_int_equal(drv_tx_backlog(d, 0), 0);
	assert_int_equal(drv_rx(d, 0, 0, &m, 1), 0);
	assert_int_equal(rte_mempool_avail_count(test_tx[0]), POOL_MBUFS);
}

/* The peer dies under load: no crash, and the control descriptor tells. */
static void peer_dies(void **state)
{
	struct pollfd p = { .events = POLLIN };
	struct drv_dev *d;
	double end;

	(void)state;
	open_ok(spec(""), 1, &d);
	p.fd = drv_control_fd(d);
	assert_true(p.fd >= FD_BASE);
	assert_int_equal(poll(&p, 1, 0), 0);
	ask(d, 0, 20, 500);
	kill(peer_pid, SIGKILL);
	for (end = test_now() + 0.3; test_now() < end;) {
		send_one(d, 0, 1, 500);
		receive(d, 0, 1);
	}
	assert_int_equal(poll(&p, 1, 1000), 1);
	check_down(d);
	drv_close(d);
}

static void test_peer_dies(void **state)
{
	(void)state;
	in_fork(peer_dies, ",role=server", 1);
}

static void as_client(void **state)
{
	(void)state;
	check_all(spec(""));
}

static void test_client(void **state)
{
	(void)state;
	in_fork(as_client, ",role=server", 1);
}

static void as_server(void **state)
{
	struct stat st;

	(void)state;
	check_all(spec(",role=server"));
	assert_int_equal(stat(path, &st), -1);
}

static void test_server(void **state)
{
	(void)state;
	in_fork(as_server, ",role=client", 1);
}

static void two_queues(void **state)
{
	struct drv_dev *d;

	(void)state;
	open_ok(spec(",queues=2"), 2, &d);
	ask_once(d, 0, 60, 0.5);
	ask_once(d, 1, 60, 0.5);
	assert_int_equal(ask(d, 0, 20, 500), 20);
	assert_int_equal(ask(d, 1, 20, 500), 20);
	drv_close(d);
}

static void test_queues(void **state)
{
	(void)state;
	in_fork(two_queues, ",role=server", 2);
}

static void fails(const char *text, int rc, const char *why)
{
	struct drv_spec s = { 0 };
	struct drv_dev *d;

	snprintf(s.text, sizeof(s.text), "%s", text);
	assert_int_equal(drv_open(&test_arena, &s, 1, test_rx, test_tx, 100, &d,
				  test_err, sizeof(test_err)),
			 rc);
	if (!strstr(test_err, why))
		printf("\"%s\" is not in \"%s\"\n", why, test_err);
	assert_non_null(strstr(test_err, why));
}

static void listen_at(int keep)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_SEQPACKET, 0);

	snprintf(un.sun_path, sizeof(un.sun_path), "%s", path);
	assert_int_equal(bind(fd, (struct sockaddr *)&un, sizeof(un)), 0);
	listen(fd, 1);
	if (!keep)
		close(fd);
}

/* Nobody there; a stale socket; a living one; no socket at all. */
static void alone(void **state)
{
	FILE *f;

	(void)state;
	unlink(path);
	fails(spec(""), -ECONNREFUSED, "start it first");
	fails(spec(",role=server"), -ETIMEDOUT, "no client has connected");
	assert_int_equal(access(path, F_OK), -1);
	listen_at(0);
	fails(spec(",role=server"), -ETIMEDOUT, "no client has connected");
	listen_at(1);
	fails(spec(",role=server"), -EADDRINUSE, "another server");
	unlink(path);
	f = fopen(path, "w");
	fclose(f);
	fails(spec(",role=server"), -EEXIST, "is no socket");
	unlink(path);
}

static void test_alone(void **state)
{
	(void)state;
	in_fork(alone, NULL, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_client), cmocka_unit_test(test_server),
		cmocka_unit_test(test_queues), cmocka_unit_test(test_peer_dies),
		cmocka_unit_test(test_alone),
	};

	int rc;

	srand((unsigned)getpid());
	test_netns(); /* so that only our own remains are reclaimed */
	rc = cmocka_run_group_tests(tests, NULL, NULL);
	drv_reclaim();
	return rc;
}
