// SPDX-License-Identifier: MIT
/*
 * thr_basic - threads: creation, TLS, locks, names, ends
 */
#include <limits.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "verdict.h"

#define THREADS 8

static __thread long own;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t go = PTHREAD_COND_INITIALIZER;
static long counter, ready;

static void *adder(void *arg)
{
	own = (long)arg;
	for (int i = 0; i < 5000; i++) {
		pthread_mutex_lock(&lock);
		counter++;
		pthread_mutex_unlock(&lock);
	}
	pthread_mutex_lock(&lock);
	ready++;
	pthread_cond_broadcast(&go);
	while (ready < THREADS)
		pthread_cond_wait(&go, &lock);
	pthread_mutex_unlock(&lock);
	return (void *)(own * 2);
}

static void locks_and_tls(void)
{
	pthread_t t[THREADS];
	void *got;

	counter = ready = 0;
	own = 77;
	for (long i = 0; i < THREADS; i++)
		EXPECT(!pthread_create(&t[i], NULL, adder, (void *)i));
	for (long i = 0; i < THREADS; i++) {
		EXPECT(!pthread_join(t[i], &got));
		EXPECT((long)got == 2 * i);
	}
	EXPECT(counter == THREADS * 5000 && own == 77);
}

static sem_t done;

static void *detached(void *arg)
{
	(void)arg;
	sem_post(&done);
	return NULL;
}

static void detached_threads(void)
{
	pthread_attr_t attr;
	pthread_t t;

	sem_init(&done, 0, 0);
	pthread_attr_init(&attr);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	for (int i = 0; i < 200; i++)
		EXPECT(!pthread_create(&t, &attr, detached, NULL));
	for (int i = 0; i < 200; i++)
		sem_wait(&done);
}

static void *waits(void *arg)
{
	(void)arg;
	pthread_mutex_lock(&lock);
	while (!ready)
		pthread_cond_wait(&go, &lock);
	pthread_mutex_unlock(&lock);
	return NULL;
}

static void many_at_once(void)
{
	static pthread_t t[64];

	ready = 0;
	for (int i = 0; i < 64; i++)
		EXPECT(!pthread_create(&t[i], NULL, waits, NULL));
	pthread_mutex_lock(&lock);
	ready = 1;
	pthread_cond_broadcast(&go);
	pthread_mutex_unlock(&lock);
	for (int i = 0; i < 64; i++)
		EXPECT(!pthread_join(t[i], NULL));
}

static volatile int cleaned;

static void cleanup(void *arg)
{
	(void)arg;
	cleaned++;
}

static void *cancelled(void *arg)
{
	struct timespec ts = { 10, 0 };

	pthread_cleanup_push(cleanup, NULL);
	sem_post(arg);
	nanosleep(&ts, NULL);
	pthread_cleanup_pop(0);
	return NULL;
}

static void *spins(void *arg)
{
	pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, NULL);
	sem_post(arg);
	for (;;)
		;
	return NULL;
}

static void cancellation(void)
{
	pthread_t t;
	sem_t begun;
	void *got;

	sem_init(&begun, 0, 0);
	EXPECT(!pthread_create(&t, NULL, cancelled, &begun));
	sem_wait(&begun);
	EXPECT(!pthread_cancel(t));
	EXPECT(!pthread_join(t, &got) && got == PTHREAD_CANCELED);
	EXPECT(cleaned == 1);
	EXPECT(!pthread_create(&t, NULL, spins, &begun));
	sem_wait(&begun);
	EXPECT(!pthread_cancel(t));
	EXPECT(!pthread_join(t, &got) && got == PTHREAD_CANCELED);
}

/* --- robust mutexes --- */
static void *dies_with_lock(void *m)
{
	pthread_mutex_lock(m);
	return NULL;
}

static pthread_mutex_t *robust(int protocol)
{
	pthread_mutex_t *m = mmap(NULL, sizeof(*m), PROT_READ | PROT_WRITE,
				  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pthread_mutexattr_t attr;

	pthread_mutexattr_init(&attr);
	pthread_mutexattr_setrobust(&attr, PTHREAD_MUTEX_ROBUST);
	pthread_mutexattr_setpshared(&attr, PTHREAD_PROCESS_SHARED);
	pthread_mutexattr_setprotocol(&attr, protocol);
	pthread_mutex_init(m, &attr);
	return m;
}

static void robust_mutexes(void)
{
	pthread_mutex_t *m = robust(PTHREAD_PRIO_NONE);
	struct timespec until;
	pthread_t t;
	pid_t child;
	int fd[2];
	char c;

	pthread_create(&t, NULL, dies_with_lock, m);
	pthread_join(t, NULL);
	EXPECT(pthread_mutex_lock(m) == EOWNERDEAD);
	EXPECT(!pthread_mutex_consistent(m));
	EXPECT(!pthread_mutex_unlock(m));
	/* a process that ends while another one waits */
	EXPECT(!pipe(fd));
	child = fork();
	if (!child) {
		pthread_mutex_lock(m);
		if (write(fd[1], "l", 1) != 1)
			_exit(1);
		usleep(50000);
		_exit(0);
	}
	EXPECT(read(fd[0], &c, 1) == 1);
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += 20;
	EXPECT(pthread_mutex_timedlock(m, &until) == EOWNERDEAD);
	EXPECT(!pthread_mutex_consistent(m));
	EXPECT(!pthread_mutex_unlock(m));
	waitpid(child, NULL, 0);
}

static void *takes(void *m)
{
	for (int i = 0; i < 300; i++) {
		pthread_mutex_lock(m);
		counter++;
		pthread_mutex_unlock(m);
	}
	return NULL;
}

static void inherited_priorities(void)
{
	pthread_mutex_t *m = robust(PTHREAD_PRIO_INHERIT);
	pthread_t t[4];

	counter = 0;
	for (int i = 0; i < 4; i++)
		pthread_create(&t[i], NULL, takes, m);
	for (int i = 0; i < 4; i++)
		pthread_join(t[i], NULL);
	EXPECT(counter == 1200);
}

/* --- names and scheduling, seen by /proc --- */
static void *named(void *arg)
{
	char path[64], name[32] = "";
	FILE *f;

	prctl(PR_SET_NAME, "a-thread");
	snprintf(path, sizeof(path), "/proc/self/task/%d/comm", gettid());
	f = fopen(path, "r");
	if (f) {
		if (!fgets(name, sizeof(name), f))
			name[0] = 0;
		fclose(f);
	}
	*(int *)arg = !strcmp(name, "a-thread\n");
	return NULL;
}

static void names(void)
{
	cpu_set_t set;
	pthread_t t;
	int ok = 0;

	pthread_create(&t, NULL, named, &ok);
	pthread_join(t, NULL);
	EXPECT(ok);
	EXPECT(!sched_getaffinity(0, sizeof(set), &set) && CPU_COUNT(&set) > 0);
	EXPECT(sched_getcpu() >= 0);
	EXPECT(!sched_yield());
}

/* --- clone as raw users call it --- */
static char raw_stack[65536] __attribute__((aligned(16)));
static volatile int raw_ran, raw_tid_at_start;
static volatile pid_t raw_ptid, raw_ctid;

static int raw_main(void *arg)
{
	raw_tid_at_start = raw_ptid && raw_ptid == raw_ctid &&
			   raw_ptid == (pid_t)syscall(SYS_gettid);
	raw_ran = (int)(long)arg;
	syscall(SYS_exit, 0);
	return 0;
}

static void raw_clone(void)
{
	const int flags = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND |
			  CLONE_THREAD | CLONE_SYSVSEM | CLONE_PARENT_SETTID |
			  CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID;
	int tid;

	raw_ctid = -1;
	tid = clone(raw_main, raw_stack + sizeof(raw_stack), flags, (void *)5,
		    &raw_ptid, NULL, &raw_ctid);
	EXPECT(tid > 0);
	while (raw_ctid) /* as pthread_join does */
		syscall(SYS_futex, &raw_ctid, FUTEX_WAIT, raw_ctid, NULL);
	EXPECT(raw_ran == 5 && raw_tid_at_start && raw_ptid == tid);
	for (int i = 0; i < 500 && !syscall(SYS_tgkill, getpid(), tid, 0); i++)
		usleep(1000);
	EXPECT(syscall(SYS_tgkill, getpid(), tid, 0) == -1 && errno == ESRCH);
	EXPECT(clone(raw_main, raw_stack + sizeof(raw_stack),
		     CLONE_THREAD | CLONE_SIGHAND, NULL) == -1 &&
	       errno == EINVAL);
	EXPECT(clone(raw_main, raw_stack + sizeof(raw_stack),
		     CLONE_SIGHAND | SIGCHLD, NULL) == -1 &&
	       errno == EINVAL);
}

/* --- ends --- */
static void *late(void *arg)
{
	(void)arg;
	usleep(50000);
	if (write(1, "", 0))
		_exit(1);
	return NULL;
}

static void *ends_all(void *arg)
{
	(void)arg;
	usleep(20000);
	exit(6);
}

static int status_of(void (*fn)(void))
{
	int status = -1;
	pid_t child = fork();

	if (!child) {
		fn();
		_exit(99);
	}
	waitpid(child, &status, 0);
	return status;
}

static void main_leaves(void)
{
	pthread_t t;

	pthread_create(&t, NULL, late, NULL);
	pthread_exit(NULL);
}

static void other_exits(void)
{
	pthread_t t;

	pthread_create(&t, NULL, ends_all, NULL);
	for (;;)
		pause();
}

static void other_spins_at_exit(void)
{
	pthread_t t;
	sem_t begun;

	sem_init(&begun, 0, 0);
	pthread_create(&t, NULL, spins, &begun);
	sem_wait(&begun);
	exit(4);
}

static void ways_to_end(void)
{
	int status = status_of(main_leaves);

	EXPECT(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	status = status_of(other_exits);
	EXPECT(WIFEXITED(status) && WEXITSTATUS(status) == 6);
	status = status_of(other_spins_at_exit);
	EXPECT(WIFEXITED(status) && WEXITSTATUS(status) == 4);
}

int main(void)
{
	TEST(locks_and_tls);
	TEST(detached_threads);
	TEST(many_at_once);
	TEST(cancellation);
	TEST(robust_mutexes);
	TEST(inherited_priorities);
	TEST(names);
	TEST(raw_clone);
	TEST(ways_to_end);
	return verdict_failed;
}
