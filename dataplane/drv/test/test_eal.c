// SPDX-License-Identifier: MIT
/*
 * test_eal.c - what EAL must not change in the program
 */
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "util.h"

static struct before {
	struct rlimit nofile, memlock;
	cpu_set_t cpus;
	int first_fd;
	struct sigaction bus;
} before;

static struct {
	char text[64];
	off_t size;
} output;

static int lowest_fd(void)
{
	int fd = dup(0);

	close(fd);
	return fd;
}

/* EAL is started with a low limit and stdout and stderr in a file. */
static int start(void **state)
{
	struct rlimit low = { .rlim_cur = 64 };
	int saved[2] = { dup(1), dup(2) };
	int file = memfd_create("out", 0), rc;
	struct stat st;

	(void)state;
	getrlimit(RLIMIT_NOFILE, &before.nofile);
	low.rlim_max = before.nofile.rlim_max;
	setrlimit(RLIMIT_NOFILE, &low);
	before.nofile = low;
	getrlimit(RLIMIT_MEMLOCK, &before.memlock);
	sched_getaffinity(0, sizeof(before.cpus), &before.cpus);
	sigaction(SIGBUS, NULL, &before.bus);
	dup2(file, 1);
	dup2(file, 2);
	before.first_fd = lowest_fd();
	rc = test_eal();
	fflush(NULL);
	fstat(file, &st);
	output.size = st.st_size;
	if (pread(file, output.text, sizeof(output.text) - 1, 0) < 0)
		output.text[0] = '\0';
	dup2(saved[0], 1);
	dup2(saved[1], 2);
	close(saved[0]);
	close(saved[1]);
	close(file);
	if (rc < 0)
		printf("%s\n", test_err);
	return rc;
}

static void test_silent(void **state)
{
	(void)state;
	assert_string_equal(output.text, "");
	assert_int_equal(output.size, 0);
}

static void test_limits(void **state)
{
	struct rlimit r;

	(void)state;
	getrlimit(RLIMIT_NOFILE, &r);
	assert_int_equal(r.rlim_cur, before.nofile.rlim_cur);
	assert_int_equal(r.rlim_max, before.nofile.rlim_max);
	getrlimit(RLIMIT_MEMLOCK, &r);
	assert_int_equal(r.rlim_cur, before.memlock.rlim_cur);
}

static void test_thread(void **state)
{
	struct sigaction bus;
	cpu_set_t cpus;

	(void)state;
	sched_getaffinity(0, sizeof(cpus), &cpus);
	assert_true(CPU_EQUAL(&cpus, &before.cpus));
	sigaction(SIGBUS, NULL, &bus);
	assert_ptr_equal(bus.sa_handler, before.bus.sa_handler);
	assert_int_equal(drv_get_lcore(), 100);
}

/* Everything that stays open is out of the way and close-on-exec. */
static void test_descriptors(void **state)
{
	DIR *dir = opendir("/proc/self/fd");
	struct dirent *e;
	int fd, high = 0;

	(void)state;
	assert_int_equal(drv_fd_base(), FD_BASE);
	while ((e = readdir(dir))) {
		fd = atoi(e->d_name);
		if (e->d_name[0] == '.' || fd < FD_BASE)
			continue;
		high++;
		assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	}
	closedir(dir);
	assert_true(high > 0);
	assert_true(lowest_fd() <= before.first_fd);
}

/* All signals are for the program's threads. */
static void test_signals(void **state)
{
	char path[64], line[128];
	unsigned long long blocked;
	struct dirent *e;
	int threads = 0;
	DIR *dir = opendir("/proc/self/task");
	FILE *f;

	(void)state;
	while ((e = readdir(dir))) {
		if (e->d_name[0] == '.' || atoi(e->d_name) == getpid())
			continue;
		snprintf(path, sizeof(path), "/proc/self/task/%.16s/status",
			 e->d_name);
		f = fopen(path, "r");
		assert_non_null(f);
		while (fgets(line, sizeof(line), f))
			if (sscanf(line, "SigBlk: %llx", &blocked) == 1)
				/* SIGTERM, SIGALRM and SIGCHLD among them */
				assert_int_equal(blocked >> 13 & 0xb, 0xb);
		fclose(f);
		threads++;
	}
	closedir(dir);
	assert_true(threads >= 1);
}

static void test_twice(void **state)
{
	struct drv_eal_opts o = { .mem_mb = 64, .fd_base = FD_BASE };

	(void)state;
	assert_int_equal(drv_eal_init(&o, test_err, sizeof(test_err)), 0);
}

/* An mbuf written in a fork is seen here. */
static void test_shared(void **state)
{
	struct rte_mbuf *m = rte_pktmbuf_alloc(test_rx[0]);
	char *p = rte_pktmbuf_append(m, 8);
	pid_t pid;

	(void)state;
	strcpy(p, "before");
	pid = fork();
	if (pid == 0) {
		strcpy(p, "after");
		_exit(0);
	}
	while (waitpid(pid, NULL, 0) < 0)
		;
	assert_string_equal(p, "after");
	rte_pktmbuf_free(m);
	assert_int_equal(rte_mempool_avail_count(test_rx[0]), POOL_MBUFS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_silent),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_thread),
		cmocka_unit_test(test_descriptors),
		cmocka_unit_test(test_signals),
		cmocka_unit_test(test_twice),
		cmocka_unit_test(test_shared),
	};

	return cmocka_run_group_tests(tests, start, NULL);
}
