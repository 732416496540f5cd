// SPDX-License-Identifier: MIT
/*
 * test_devices.c - veth, af_packet, af_xdp and tap against the kernel
 */
#include <arpa/inet.h>
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <rte_ethdev.h>
#include <sys/stat.h>
#include <time.h>

#include "drv/common/dev.h"
#include "drv/common/lockfile.h"
#include "drv/kernel/ethtool.h"
#include "drv/kernel/link.h"
#include "util.h"

static int netns;

static void need_netns(void)
{
	if (!netns)
		skip();
}

static void pools_full(void)
{
	unsigned q;

	for (q = 0; q < 4; q++) {
		assert_int_equal(rte_mempool_avail_count(test_rx[q]),
				 POOL_MBUFS);
		assert_int_equal(rte_mempool_avail_count(test_tx[q]),
				 POOL_MBUFS);
	}
}

static void open_ok(const char *text, uint16_t nqueues, struct drv_dev **d)
{
	int rc = test_open(text, nqueues, d);

	if (rc < 0)
		printf("%s\n", test_err);
	assert_int_equal(rc, 0);
}

/* Sleep on the descriptor until the frame that was sent wakes us. */
static void check_wakeup(struct drv_dev *d, int peer)
{
	struct pollfd p = { .fd = drv_fd(d, 0), .events = POLLIN };
	struct frame f;

	assert_true(p.fd >= FD_BASE);
	while (serve(d, 0, 1))
		;
	assert_int_equal(drv_arm(d, 0), 0);
	assert_int_equal(poll(&p, 1, 0), 0);
	test_fill(&f, 1, 100);
	assert_int_equal(send(peer, &f, 100, 0), 100);
	assert_int_equal(poll(&p, 1, 1000), 1);
	drv_disarm(d, 0);
	assert_int_equal(serve(d, 0, 1), 1);
	assert_int_equal(recv(peer, &f, sizeof(f), 0), 100);
}

/* A fork drives; its parent, which opened the device, does nothing. */
static void check_fork(struct drv_dev *d, int peer)
{
	pid_t pid = test_fork();

	if (pid == 0) {
		for (;;)
			serve(d, 0, 1);
	}
	assert_int_equal(exchange(NULL, peer, 50, 300, 1), 50);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static void check_frames(struct drv_dev *d, int peer)
{
	assert_int_equal(exchange(d, peer, 50, 60, 1), 50);
	assert_int_equal(exchange(d, peer, 50, 1514, 1), 50);
	assert_int_equal(exchange(d, peer, 50, 1514, 2), 50);
}

static void check_counters(struct drv_dev *d)
{
	struct drv_counters c;

	drv_counters(d, &c);
	assert_true(c.rx_packets >= 150);
	assert_true(c.tx_packets >= 150);
	assert_true(c.tx_bytes >= 50 * (60 + 1514 + 1514));
	assert_int_equal(c.tx_errors, 0);
	assert_int_equal(c.tx_kept, 0);
}

static void check_all(const char *text, uint16_t nqueues, const char *ifn)
{
	struct drv_dev *d;
	int peer;

	open_ok(text, nqueues, &d);
	assert_int_equal(drv_info(d)->mtu, 1500);
	assert_int_equal(drv_info(d)->nqueues, nqueues);
	if (strncmp(text, "tap", 3) == 0)
		assert_int_equal(drv_info(d)->tso_max, 65455);
	else
		assert_int_equal(drv_info(d)->tx_offloads &
					 ~RTE_ETH_TX_OFFLOAD_MULTI_SEGS,
				 0);
	peer = peer_open(ifn ? ifn : drv_info(d)->kernel_if);
	check_frames(d, peer);
	check_counters(d);
	if (nqueues == 1) {
		check_wakeup(d, peer);
		check_fork(d, peer);
	}
	close(peer);
	drv_close(d);
	pools_full();
}

static void test_veth_af_packet(void **state)
{
	(void)state;
	need_netns();
	check_all("veth:dva,driver=af_packet", 1, NULL);
	assert_false(link_exists("dva"));
	check_all("veth:dva,driver=af_packet", 2, NULL);
}

static void test_veth_af_xdp(void **state)
{
	struct drv_dev *d;

	(void)state;
	need_netns();
	if (test_open("veth:dvb,driver=af_xdp", 1, &d) < 0) {
		printf("skipped: %s\n", test_err);
		skip();
	}
	drv_close(d);
	check_all("veth:dvb,driver=af_xdp", 1, NULL);
	assert_false(link_exists("dvb"));
	check_all("veth:dvb,driver=af_xdp", 2, NULL);
}

static void test_tap(void **state)
{
	(void)state;
	need_netns();
	if (access("/dev/net/tun", R_OK | W_OK) < 0) {
		printf("skipped: no /dev/net/tun\n");
		skip();
	}
	check_all("tap:dvt", 1, NULL);
	assert_false(link_exists("dvt"));
	check_all("tap:dvt", 2, NULL);
}

static void own_pair(const char *name, const char *peer)
{
	struct link_veth v = { .name = name, .peer = peer, .queues = 1 };

	assert_int_equal(link_veth_create(&v), 0);
	assert_int_equal(link_up(name), 0);
	assert_int_equal(link_up(peer), 0);
}

/* An interface that is there already is left as it was. */
static void check_interface(const char *text, const char *ifn)
{
	uint32_t before, after, during;
	struct drv_dev *d;

	own_pair("dvo", ifn);
	link_set_features(ifn, LINK_GRO, 1);
	link_features(ifn, LINK_ALL, &before);
	if (test_open(text, 1, &d) < 0) {
		printf("skipped: %s\n", test_err);
		link_delete("dvo");
		skip();
	}
	link_features(ifn, LINK_ALL, &during);
	assert_int_equal(during & (LINK_GRO | LINK_LRO), 0);
	drv_close(d);
	link_features(ifn, LINK_ALL, &after);
	assert_int_equal(after, before);
	check_all(text, 1, "dvo");
	link_delete("dvo");
}

static void test_af_packet(void **state)
{
	(void)state;
	need_netns();
	check_interface("af_packet:dvi", "dvi");
}

static void test_af_xdp(void **state)
{
	(void)state;
	need_netns();
	check_interface("af_xdp:dvj", "dvj");
}

/* The kernel's end has the address; nothing answers on the other one. */
static void test_veth_is_mute(void **state)
{
	struct drv_spec s = { .text = "veth:dvm", .kernel_prefix = 24 };
	char line[256];
	uint32_t on;
	int found = 0;
	struct drv_dev *d;
	FILE *f;

	(void)state;
	need_netns();
	inet_pton(AF_INET, "10.99.0.1", &s.kernel_ip);
	assert_int_equal(drv_open(&test_arena, &s, 1, test_rx, test_tx, 1000,
				  &d, test_err, sizeof(test_err)),
			 0);
	usleep(100000);
	f = fopen("/proc/self/net/if_inet6", "r");
	while (f && fgets(line, sizeof(line), f))
		found |= strstr(line, "dvms") != NULL;
	if (f)
		fclose(f);
	assert_false(found);
	f = fopen("/proc/self/net/fib_trie", "r");
	while (f && fgets(line, sizeof(line), f))
		found |= strstr(line, "10.99.0.1") != NULL;
	if (f)
		fclose(f);
	assert_true(found);
	assert_int_equal(link_features("dvm", LINK_ALL & ~LINK_RX_CSUM, &on),
			 0);
	assert_int_equal(on, 0);
	drv_close(d);
}

static void test_names(void **state)
{
	struct drv_dev *a, *b;

	(void)state;
	need_netns();
	open_ok("veth", 1, &a);
	open_ok("veth", 1, &b);
	assert_string_equal(drv_info(a)->kernel_if, "ix0");
	assert_string_equal(drv_info(b)->kernel_if, "ix1");
	drv_close(a);
	drv_close(b);
}

static void fails(const char *text, uint16_t nqueues, int rc, const char *why)
{
	struct drv_dev *d = NULL;

	assert_int_equal(test_open(text, nqueues, &d), rc);
	if (!strstr(test_err, why))
		printf("\"%s\" is not in \"%s\"\n", why, test_err);
	assert_non_null(strstr(test_err, why));
	assert_null(strchr(test_err, '\n'));
	assert_null(d);
}

static void test_errors(void **state)
{
	(void)state;
	need_netns();
	fails("ethernet", 1, -EINVAL, "unknown device");
	fails("veth:abcdefghijklmno", 1, -ENAMETOOLONG, "at most 14");
	fails("veth:x,dirver=af_xdp", 1, -EINVAL, "dirver");
	fails("veth:x,driver=dpdk", 1, -EINVAL, "driver=");
	fails("veth:lo", 1, -EEXIST, "exists already");
	fails("tap:lo", 1, -EEXIST, "exists already");
	fails("af_packet:", 1, -EINVAL, "which interface");
	fails("af_packet:nope", 1, -ENODEV, "no interface nope");
	fails("af_packet:lo", 1, -ENETDOWN, "ip link set lo up");
	fails("pci:0000:ff:1f.7", 1, -ENODEV, "no such device");
	fails("pci:eth0", 1, -EINVAL, "bus address");
	fails("vdev:", 1, -EINVAL, "DPDK device");
	fails("vdev:net_nothing0", 1, -ENODEV, "does not start");
	fails("memif:rel.sock", 1, -EINVAL, "full path");
	fails("memif:/tmp/x,role=boss", 1, -EINVAL, "role=");
	fails("memif:/tmp/x,queues=7", 1, -EINVAL, "queues=7");
	fails("veth:x", 99, -EINVAL, "queues");
	pools_full();
}

static void test_mtu(void **state)
{
	static const char *const specs[] = { "veth:dvx,driver=af_packet",
					     "veth:dvx,driver=af_xdp",
					     "tap:dvx" };
	struct drv_spec s = { .mtu = 1400 };
	struct drv_dev *d;
	unsigned i;

	(void)state;
	need_netns();
	for (i = 0; i < 3; i++) {
		snprintf(s.text, sizeof(s.text), "%s", specs[i]);
		s.mtu = 1400;
		if (drv_open(&test_arena, &s, 1, test_rx, test_tx, 1000, &d,
			     test_err, sizeof(test_err)) < 0)
			continue;
		assert_int_equal(drv_info(d)->mtu, 1400);
		drv_close(d);
		s.mtu = 9000;
		assert_int_equal(drv_open(&test_arena, &s, 1, test_rx, test_tx,
					  1000, &d, test_err, sizeof(test_err)),
				 -EMSGSIZE);
		assert_non_null(strstr(test_err, "smaller --mtu"));
		assert_false(link_exists("dvx"));
	}
}

/* Two users of one interface would tear it apart. */
static void test_exclusion(void **state)
{
	struct drv_dev *a;
	char pid[32];

	(void)state;
	need_netns();
	snprintf(pid, sizeof(pid), "PID %d", getpid());
	open_ok("tap:dve", 1, &a);
	fails("tap:dve", 1, -EBUSY, pid);
	fails("af_packet:dve", 1, -EBUSY, pid);
	drv_close(a);
}

/* Of this test's network namespace. */
static int lock_files(void)
{
	DIR *dir = opendir("/run/ix");
	struct dirent *e;
	char begin[48];
	int n = 0;

	snprintf(begin, sizeof(begin), "%lu-if-dvk", lock_netns());
	while (dir && (e = readdir(dir)))
		n += strncmp(e->d_name, begin, strlen(begin)) == 0;
	if (dir)
		closedir(dir);
	return n;
}

/* An instance that is killed. Forked before EAL is started here. */
static void victim(const char *text)
{
	struct drv_dev *d;
	pid_t pid = test_fork();

	if (pid == 0) {
		if (test_eal() == 0 && test_open(text, 1, &d) == 0)
			kill(getpid(), SIGKILL);
		_exit(1);
	}
	waitpid(pid, NULL, 0);
}

/* What it leaves goes on request, or when the name is used again. */
static void test_reclaim(void **state)
{
	struct drv_dev *d;

	(void)state;
	need_netns();
	assert_true(link_exists("dvk1"));
	assert_true(link_exists("dvk2"));
	assert_int_equal(lock_files(), 2);
	open_ok("veth:dvk2", 1, &d);
	drv_reclaim();
	assert_false(link_exists("dvk1"));
	assert_true(link_exists("dvk2"));
	assert_int_equal(lock_files(), 1);
	drv_close(d);
	assert_int_equal(lock_files(), 0);
}

/* A file that another start has just made is not touched: it would find the
 * lock taken. */
static void test_reclaim_spares_new(void **state)
{
	struct timespec old[2] = { { .tv_nsec = UTIME_OMIT },
				   { .tv_sec = time(NULL) - 60 } };
	char path[64];
	int fd;

	(void)state;
	need_netns();
	snprintf(path, sizeof(path), "/run/ix/%lu-if-dvk.lock", lock_netns());
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
	assert_true(fd >= 0);
	drv_reclaim();
	assert_int_equal(lock_files(), 1);
	assert_int_equal(futimens(fd, old), 0);
	drv_reclaim();
	assert_int_equal(lock_files(), 0);
	close(fd);
}

/* n frames come, numbered from first on, and no more. */
static void take(struct drv_dev *d, uint32_t first, uint64_t n)
{
	struct rte_mbuf *m;
	uint32_t i;

	for (i = 0; i < n; i++) {
		assert_int_equal(drv_rx(d, 0, 0, &m, 1), 1);
		assert_int_equal(*rte_pktmbuf_mtod(m, uint32_t *), first + i);
		rte_pktmbuf_free(m);
	}
	assert_int_equal(drv_rx(d, 0, 0, &m, 1), 0);
}

/* Frames that the device does not take are kept, in order, then dropped. */
static void test_backlog(void **state)
{
	struct rte_mbuf *m[64];
	struct drv_counters c;
	unsigned dropped = 0, i, j;
	struct drv_dev *d;

	(void)state;
	need_netns();
	open_ok("vdev:net_ring7", 1, &d);
	for (i = 0; i < 2000 / 50; i++) {
		assert_int_equal(rte_pktmbuf_alloc_bulk(test_tx[0], m, 50), 0);
		for (j = 0; j < 50; j++)
			*(uint32_t *)(void *)rte_pktmbuf_append(m[j], 60) =
				i * 50 + j;
		dropped += drv_tx(d, 0, m, 50);
	}
	assert_int_equal(drv_tx_backlog(d, 0), 512);
	drv_counters(d, &c);
	assert_int_equal(c.tx_packets + 512 + dropped, 2000);
	assert_int_equal(c.tx_errors, dropped);
	take(d, 0, c.tx_packets);
	drv_tx(d, 0, m, 0);
	assert_int_equal(drv_tx_backlog(d, 0), 0);
	take(d, (uint32_t)c.tx_packets, 512);
	drv_close(d);
	pools_full();
}

static int start(void **state)
{
	(void)state;
	netns = test_netns();
	if (!netns)
		return 0;
	victim("veth:dvk1");
	victim("veth:dvk2");
	return test_eal();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_veth_af_packet),
		cmocka_unit_test(test_veth_af_xdp),
		cmocka_unit_test(test_tap),
		cmocka_unit_test(test_af_packet),
		cmocka_unit_test(test_af_xdp),
		cmocka_unit_test(test_veth_is_mute),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_mtu),
		cmocka_unit_test(test_exclusion),
		cmocka_unit_test(test_reclaim),
		cmocka_unit_test(test_reclaim_spares_new),
		cmocka_unit_test(test_backlog),
	};

	return cmocka_run_group_tests(tests, start, NULL);
}
