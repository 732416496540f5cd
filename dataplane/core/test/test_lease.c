// SPDX-License-Identifier: MIT
/*
 * test_lease.c - the lease between threads, processes, and the dead
 */
#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
/* after the above */
#include <cmocka.h>

#include "core/clock.h"
#include "core/lease.h"

#define THREADS 4
#define ROUNDS 20000
#define MS 1000000ull

struct shared {
	struct lease lease;
	volatile uint64_t counter;
	volatile int ready;
};

static struct shared *sh;

static int setup(void **state)
{
	(void)state;
	sh = mmap(NULL, sizeof(*sh), PROT_READ | PROT_WRITE,
		  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	return sh == MAP_FAILED;
}

static int teardown(void **state)
{
	(void)state;
	return munmap(sh, sizeof(*sh));
}

static void *count(void *arg)
{
	int i;

	(void)arg;
	for (i = 0; i < ROUNDS; i++) {
		if (lease_take(&sh->lease, lease_tid(), LEASE_FOREVER) < 0)
			abort();
		sh->counter = sh->counter + 1;
		lease_release(&sh->lease);
	}
	return NULL;
}

static void test_uncontended(void **state)
{
	uint32_t tid = lease_tid();

	(void)state;
	assert_int_equal(tid, gettid());
	assert_int_equal(lease_take(&sh->lease, tid, 0), LEASE_TAKEN);
	assert_int_equal(lease_holder(&sh->lease), tid);
	assert_false(lease_try(&sh->lease, tid + 1));
	assert_int_equal(lease_take(&sh->lease, tid, 0), -EDEADLK);
	lease_release(&sh->lease);
	assert_int_equal(sh->lease.word, 0);
	assert_int_equal(lease_reap(&sh->lease, tid), -EBUSY);
}

static void test_threads(void **state)
{
	pthread_t t[THREADS];
	int i;

	(void)state;
	for (i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&t[i], NULL, count, NULL), 0);
	for (i = 0; i < THREADS; i++)
		pthread_join(t[i], NULL);
	assert_int_equal(sh->counter, THREADS * ROUNDS);
	assert_int_equal(sh->lease.word, 0);
	assert_int_equal(sh->lease.recovered, 0);
}

static void test_processes(void **state)
{
	pid_t pid[THREADS];
	int i, status;

	(void)state;
	for (i = 0; i < THREADS; i++) {
		pid[i] = fork();
		if (pid[i] == 0) {
			lease_tid_reset();
			count(NULL);
			_exit(0);
		}
	}
	for (i = 0; i < THREADS; i++) {
		assert_int_equal(waitpid(pid[i], &status, 0), pid[i]);
		assert_int_equal(status, 0);
	}
	assert_int_equal(sh->counter, THREADS * ROUNDS);
	assert_int_equal(sh->lease.word, 0);
}

/* A child that holds the lease until it is killed. */
static pid_t hold(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		lease_tid_reset();
		lease_take(&sh->lease, lease_tid(), LEASE_FOREVER);
		sh->ready = 1;
		for (;;)
			pause();
	}
	while (!sh->ready)
		usleep(100);
	return pid;
}

static void test_timeout(void **state)
{
	pid_t pid = hold();
	uint64_t t0 = clock_kernel_ns(), took;

	(void)state;
	assert_int_equal(lease_take(&sh->lease, lease_tid(), 30 * MS),
			 -ETIMEDOUT);
	took = clock_kernel_ns() - t0;
	assert_true(took >= 30 * MS);
	assert_true(took < 2000 * MS);
	assert_int_equal(lease_holder(&sh->lease), pid);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static void test_killed_zombie(void **state)
{
	pid_t pid = hold();
	siginfo_t info;

	(void)state;
	kill(pid, SIGKILL);
	waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT);
	assert_true(lease_holder_dead((uint32_t)pid)); /* not yet reaped */
	assert_int_equal(lease_take(&sh->lease, lease_tid(), LEASE_FOREVER),
			 LEASE_DEAD);
	assert_int_equal(sh->lease.recovered, 1);
	waitpid(pid, NULL, 0);
	lease_release(&sh->lease);
	assert_int_equal(sh->lease.word, 0);
}

static void test_killed_and_reaped(void **state)
{
	pid_t pid = hold();
	uint64_t t0;

	(void)state;
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	t0 = clock_kernel_ns();
	assert_int_equal(lease_take(&sh->lease, lease_tid(), LEASE_FOREVER),
			 LEASE_DEAD);
	assert_true(clock_kernel_ns() - t0 >= 10 * MS);
	lease_release(&sh->lease);
}

/* The owner does not wait: it knows. */
static void test_reap(void **state)
{
	pid_t pid = hold();

	(void)state;
	assert_int_equal(lease_reap(&sh->lease, lease_tid()), -EBUSY);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	assert_int_equal(lease_reap(&sh->lease, lease_tid()), LEASE_DEAD);
	assert_int_equal(lease_holder(&sh->lease), lease_tid());
	lease_release(&sh->lease);
}

static void test_stopped_holder_is_alive(void **state)
{
	pid_t pid = hold();
	int status;

	(void)state;
	kill(pid, SIGSTOP);
	waitpid(pid, &status, WUNTRACED);
	assert_int_equal(lease_take(&sh->lease, lease_tid(), 40 * MS),
			 -ETIMEDOUT);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

/* Many wait for one that dies: one recovers, all get their turn. */
static void test_all_waiters_get_on(void **state)
{
	pid_t pid = hold();
	pthread_t t[THREADS];
	int i;

	(void)state;
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	for (i = 0; i < THREADS; i++)
		pthread_create(&t[i], NULL, count, NULL);
	for (i = 0; i < THREADS; i++)
		pthread_join(t[i], NULL);
	assert_int_equal(sh->counter, THREADS * ROUNDS);
	assert_int_equal(sh->lease.recovered, 1);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_uncontended),
		TEST(test_threads),
		TEST(test_processes),
		TEST(test_timeout),
		TEST(test_killed_zombie),
		TEST(test_killed_and_reaped),
		TEST(test_reap),
		TEST(test_stopped_holder_is_alive),
		TEST(test_all_waiters_get_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
