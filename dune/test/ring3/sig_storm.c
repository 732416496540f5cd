// SPDX-License-Identifier: MIT
/*
 * sig_storm - signals at bad moments, by the ten thousand
 *
 * sig_storm [ROUNDS [SECONDS]]: each hunt for a lost wake-up ends after that
 * many rounds or that time. A wake-up that is lost leaves a call waiting for
 * ever: the watchdog, another process, then kills this one.
 */
#include <linux/futex.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "verdict.h"

static long rounds_max = 100000;
static double seconds_max = 10;
static volatile long alarms;

static void on_alarm(int sig)
{
	(void)sig;
	alarms++;
}

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec * 1e-9;
}

static int pipe_fd[2], epoll_fd;
static uint32_t futex_word;

/* Each waits without end unless a signal comes: -1 with EINTR. */
static long by_read(void)
{
	char c;

	return read(pipe_fd[0], &c, 1);
}

static long by_poll(void)
{
	struct pollfd p = { .fd = pipe_fd[0], .events = POLLIN };

	return poll(&p, 1, -1);
}

static long by_epoll(void)
{
	struct epoll_event ev;

	return epoll_wait(epoll_fd, &ev, 1, -1);
}

static long by_futex(void)
{
	return syscall(SYS_futex, &futex_word, FUTEX_WAIT, 0, NULL);
}

static long by_nanosleep(void)
{
	const struct timespec ts = { 3600, 0 };

	return nanosleep(&ts, NULL);
}

static long by_pause(void)
{
	return pause();
}

static sigjmp_buf out;

static void jump_out(int sig)
{
	(void)sig;
	alarms++;
	siglongjmp(out, 1);
}

#define LATE 5 /* seconds */

/* The moments go through all delays around the beginning of the call. The
 * handler leaves the call however far it is; one that does not run in time
 * was not woken for. The alarm comes again so that the hunt goes on. */
static long hunt(long (*wait_for)(void), long *rounds_out)
{
	struct sigaction sa = { .sa_handler = jump_out };
	double end = now() + seconds_max;
	volatile long lost = 0, i;

	sigaction(SIGALRM, &sa, NULL);
	for (i = 0; i < rounds_max && (i % 64 || now() < end); i++) {
		const struct itimerval it = { { LATE, 0 }, { 0, 1 + i % 200 } };
		const struct itimerval off = { { 0, 0 }, { 0, 0 } };
		volatile double begin;

		if (!sigsetjmp(out, 1)) {
			begin = now();
			setitimer(ITIMER_REAL, &it, NULL);
			wait_for();
			lost++; /* it came back by itself */
		}
		if (now() - begin >= LATE)
			lost++;
		setitimer(ITIMER_REAL, &off, NULL);
	}
	*rounds_out = i;
	return lost;
}

static void no_lost_wakeup(void)
{
	static const struct {
		const char *name;
		long (*fn)(void);
	} kinds[] = {
		{ "read", by_read },	       { "poll", by_poll },
		{ "epoll", by_epoll },	       { "futex", by_futex },
		{ "nanosleep", by_nanosleep }, { "pause", by_pause },
	};
	long n;

	EXPECT(!pipe(pipe_fd));
	epoll_fd = epoll_create1(0);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		EXPECT(hunt(kinds[i].fn, &n) == 0);
		printf("  %s: %ld rounds\n", kinds[i].name, n);
		fflush(stdout);
		EXPECT(n > 0);
	}
}

/* A single shot, with a wait that opens the mask: if the wake-up is lost
 * there is no other. This is what sigsuspend and ppoll are for. */
static void no_lost_single_shot(void)
{
	struct sigaction sa = { .sa_handler = on_alarm };
	double end = now() + seconds_max;
	sigset_t alarm_set, none;
	long i;

	sigaction(SIGALRM, &sa, NULL);
	sigemptyset(&none);
	sigemptyset(&alarm_set);
	sigaddset(&alarm_set, SIGALRM);
	sigprocmask(SIG_BLOCK, &alarm_set, NULL);
	for (i = 0; i < rounds_max && (i % 64 || now() < end); i++) {
		const struct itimerval it = { .it_value = { 0, 1 + i % 50 } };
		const long before = alarms;

		setitimer(ITIMER_REAL, &it, NULL);
		if (i & 1)
			EXPECT(sigsuspend(&none) == -1 && errno == EINTR);
		else
			EXPECT(ppoll(NULL, 0, NULL, &none) == -1 &&
			       errno == EINTR);
		EXPECT(alarms == before + 1);
	}
	sigprocmask(SIG_UNBLOCK, &alarm_set, NULL);
	printf("  single shots: %ld rounds\n", i);
	EXPECT(i > 0);
}

/* --- a storm over threads that jump out of their handlers --- */
#define THREADS 4

static __thread sigjmp_buf back;
static __thread volatile int armed;
static volatile int stop;
static volatile long jumps[THREADS], plain[THREADS];
static __thread int self_index;

static void jump_or_count(int sig)
{
	(void)sig;
	if (armed) {
		armed = 0;
		siglongjmp(back, 1);
	}
	plain[self_index]++;
}

static void *target(void *arg)
{
	volatile double x = 1.0;
	const double expect = 1.0;

	self_index = (int)(long)arg;
	while (!stop) {
		if (sigsetjmp(back, 1)) {
			jumps[self_index]++;
		} else {
			armed = 1;
			for (int i = 0; i < 2000 && !stop; i++)
				x = x * 3.0 / 3.0;
			armed = 0;
		}
		if (x != expect)
			return (void *)1;
	}
	return NULL;
}

static void storm(void)
{
	struct sigaction sa = { .sa_handler = jump_or_count };
	double end = now() + seconds_max;
	pthread_t t[THREADS];
	long sent = 0, got = 0;
	void *bad;

	sigaction(SIGUSR1, &sa, NULL);
	stop = 0;
	for (long i = 0; i < THREADS; i++)
		EXPECT(!pthread_create(&t[i], NULL, target, (void *)i));
	while (sent < rounds_max && now() < end) {
		EXPECT(!pthread_kill(t[sent % THREADS], SIGUSR1));
		sent++;
	}
	stop = 1;
	for (int i = 0; i < THREADS; i++) {
		pthread_join(t[i], &bad);
		EXPECT(!bad);
		got += jumps[i] + plain[i];
		EXPECT(jumps[i] > 0);
	}
	printf("  storm: %ld sent, %ld handled\n", sent, got);
	EXPECT(got > 0 && got <= sent);
}

/* Each real-time signal counts, whatever thread it meets. */
static volatile int counted;

static void count_rt(int sig)
{
	(void)sig;
	__atomic_add_fetch(&counted, 1, __ATOMIC_RELAXED);
}

static void none_is_lost(void)
{
	struct sigaction sa = { .sa_handler = count_rt };
	pthread_t t[THREADS];
	double end = now() + seconds_max;
	int sent = 0;

	sigaction(SIGRTMIN, &sa, NULL);
	sa.sa_handler = jump_or_count;
	stop = 0;
	for (long i = 0; i < THREADS; i++)
		pthread_create(&t[i], NULL, target, (void *)i);
	while (sent < 5000 && now() < end) {
		if (!sigqueue(getpid(), SIGRTMIN, (union sigval){ 0 }))
			sent++;
		else
			sched_yield();
	}
	for (int i = 0; i < 500 && counted < sent; i++)
		usleep(10000);
	stop = 1;
	for (int i = 0; i < THREADS; i++)
		pthread_join(t[i], NULL);
	printf("  real-time: %d sent, %d handled\n", sent, counted);
	EXPECT(sent > 0 && counted == sent);
}

static void watchdog(void)
{
	pid_t parent = getpid();

	if (fork())
		return;
	sleep((unsigned)(seconds_max * 12) + 30);
	if (getppid() == parent) {
		puts("FAIL watchdog: a wake-up was lost");
		fflush(stdout);
		kill(parent, SIGKILL);
	}
	_exit(0);
}

int main(int argc, char **argv)
{
	if (argc > 1)
		rounds_max = atol(argv[1]);
	if (argc > 2)
		seconds_max = atof(argv[2]);
	watchdog();
	TEST(no_lost_wakeup);
	TEST(no_lost_single_shot);
	TEST(storm);
	TEST(none_is_lost);
	return verdict_failed;
}
