// SPDX-License-Identifier: MIT
/*
 * sig_wait - waits with masks, sigwait and its relatives, signalfd
 */
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "verdict.h"

static volatile int count, mask_in_handler;

static void note(int sig)
{
	sigset_t now;

	(void)sig;
	count++;
	pthread_sigmask(SIG_SETMASK, NULL, &now);
	mask_in_handler = sigismember(&now, SIGUSR1) |
			  sigismember(&now, SIGUSR2) << 1;
}

static sigset_t set_of(int a, int b)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, a);
	if (b)
		sigaddset(&set, b);
	return set;
}

static void after_us(long us)
{
	const struct itimerval it = { .it_value = { 0, us } };

	setitimer(ITIMER_REAL, &it, NULL);
}

static sigset_t begin(void)
{
	struct sigaction sa = { .sa_handler = note, .sa_flags = SA_RESTART };
	sigset_t both = set_of(SIGUSR1, SIGALRM);

	sigaction(SIGUSR1, &sa, NULL);
	sigaction(SIGALRM, &sa, NULL);
	sigprocmask(SIG_SETMASK, &both, NULL);
	count = 0;
	return both;
}

static int mask_is_back(void)
{
	sigset_t now;

	sigprocmask(SIG_SETMASK, NULL, &now);
	return sigismember(&now, SIGUSR1) && sigismember(&now, SIGALRM) &&
	       !sigismember(&now, SIGUSR2);
}

/* Pending before the wait: it ends at once, with the wait's mask. */
static void suspend_with_one_pending(void)
{
	sigset_t only = set_of(SIGUSR2, 0);

	begin();
	raise(SIGUSR1);
	EXPECT(count == 0);
	EXPECT(sigsuspend(&only) == -1 && errno == EINTR);
	EXPECT(count == 1 && mask_in_handler == 3);
	EXPECT(mask_is_back());
}

static void suspend_sleeps(void)
{
	sigset_t only = set_of(SIGUSR1, 0);

	begin();
	raise(SIGUSR1); /* stays pending throughout */
	after_us(30000);
	EXPECT(sigsuspend(&only) == -1 && errno == EINTR);
	EXPECT(count == 1);
	EXPECT(mask_is_back());
}

static void masked_polls(void)
{
	sigset_t open_alarm = set_of(SIGUSR1, 0);
	struct timespec ts = { 2, 0 };
	struct epoll_event ev;
	int ep = epoll_create1(0);

	begin();
	after_us(30000);
	EXPECT(ppoll(NULL, 0, &ts, &open_alarm) == -1 && errno == EINTR);
	EXPECT(count == 1 && mask_is_back());
	after_us(30000);
	EXPECT(pselect(0, NULL, NULL, NULL, &ts, &open_alarm) == -1 &&
	       errno == EINTR);
	EXPECT(count == 2 && mask_is_back());
	after_us(30000);
	EXPECT(epoll_pwait(ep, &ev, 1, 2000, &open_alarm) == -1 &&
	       errno == EINTR);
	EXPECT(count == 3 && mask_is_back());
	/* without a signal the mask comes back as well */
	ts = (struct timespec){ 0, 1000000 };
	EXPECT(ppoll(NULL, 0, &ts, &open_alarm) == 0 && mask_is_back());
	close(ep);
}

/* Ready and a signal pending: the result wins, the signal stays. */
static void ready_comes_first(void)
{
	sigset_t open = set_of(SIGUSR2, 0);
	struct pollfd p = { .events = POLLIN };
	struct timespec ts = { 0, 0 };
	int fd[2];

	begin();
	EXPECT(!pipe(fd));
	EXPECT(write(fd[1], "x", 1) == 1);
	p.fd = fd[0];
	raise(SIGUSR1);
	EXPECT(ppoll(&p, 1, &ts, &open) == 1);
	EXPECT(count == 0 && mask_is_back());
	open = set_of(SIGUSR2, SIGALRM);
	EXPECT(sigsuspend(&open) == -1 && count == 1);
	close(fd[0]);
	close(fd[1]);
}

static void timed_waits(void)
{
	sigset_t both = begin();
	struct timespec none = { 0, 0 }, some = { 0, 20000000 };
	siginfo_t info;

	EXPECT(sigtimedwait(&both, &info, &none) == -1 && errno == EAGAIN);
	EXPECT(sigtimedwait(&both, &info, &some) == -1 && errno == EAGAIN);
	after_us(20000);
	EXPECT(sigwaitinfo(&both, &info) == SIGALRM);
	EXPECT(info.si_signo == SIGALRM);
	sigqueue(getpid(), SIGUSR1, (union sigval){ .sival_int = 5 });
	EXPECT(sigwaitinfo(&both, &info) == SIGUSR1 &&
	       info.si_value.sival_int == 5 && info.si_code == SI_QUEUE);
	EXPECT(count == 0);
}

/* A wait for one signal is ended by the handler of another. */
static void wait_is_interrupted(void)
{
	sigset_t only = set_of(SIGUSR1, 0), alarm_set = set_of(SIGALRM, 0);
	siginfo_t info;

	begin();
	sigprocmask(SIG_UNBLOCK, &alarm_set, NULL);
	after_us(20000);
	EXPECT(sigwaitinfo(&only, &info) == -1 && errno == EINTR);
	EXPECT(count == 1);
}

/* The signals that the host never blocks can be waited for, too. */
static void waits_for_a_fault_signal(void)
{
	sigset_t segv = set_of(SIGSEGV, SIGBUS), old;
	siginfo_t info;
	pid_t parent = getpid(), child;

	sigprocmask(SIG_BLOCK, &segv, &old);
	kill(parent, SIGSEGV);
	EXPECT(sigwaitinfo(&segv, &info) == SIGSEGV && info.si_code == SI_USER);
	child = fork();
	if (!child) {
		usleep(30000);
		_exit(kill(parent, SIGBUS));
	}
	EXPECT(sigwaitinfo(&segv, &info) == SIGBUS && info.si_pid == child);
	waitpid(child, NULL, 0);
	sigprocmask(SIG_SETMASK, &old, NULL);
}

static void signal_descriptor(void)
{
	sigset_t both = begin();
	int fd = signalfd(-1, &both, SFD_CLOEXEC | SFD_NONBLOCK);
	struct signalfd_siginfo info;
	struct pollfd p = { .fd = fd, .events = POLLIN };

	EXPECT(read(fd, &info, sizeof(info)) == -1 && errno == EAGAIN);
	after_us(20000);
	EXPECT(poll(&p, 1, 2000) == 1);
	EXPECT(read(fd, &info, sizeof(info)) == sizeof(info) &&
	       info.ssi_signo == SIGALRM);
	sigqueue(getpid(), SIGUSR1, (union sigval){ .sival_int = 6 });
	EXPECT(read(fd, &info, sizeof(info)) == sizeof(info) &&
	       info.ssi_signo == SIGUSR1 && info.ssi_int == 6);
	EXPECT(count == 0);
	close(fd);
}

static void *take_all(void *arg)
{
	struct signalfd_siginfo info;

	for (;;)
		if (read(*(int *)arg, &info, sizeof(info)) != sizeof(info))
			sched_yield();
	return NULL;
}

/* A thread that waits for all signals by a descriptor does not take those that
 * the host ends its waits with: here for an exec. */
static void descriptor_takes_no_kicks(void)
{
	sigset_t all;
	pid_t child = fork();
	pthread_t t;
	int fd, status = -1;

	if (child == 0) {
		alarm(10);
		sigfillset(&all);
		sigdelset(&all, SIGALRM);
		fd = signalfd(-1, &all, SFD_CLOEXEC);
		sigprocmask(SIG_UNBLOCK, &all, NULL);
		pthread_create(&t, NULL, take_all, &fd);
		usleep(50000);
		execl("/bin/true", "true", NULL);
		_exit(127);
	}
	EXPECT(waitpid(child, &status, 0) == child && status == 0);
	EXPECT(signalfd(-1, (void *)UINT64_C(0xffff888000000000), 0) == -1 &&
	       errno == EFAULT);
	EXPECT(syscall(SYS_signalfd4, -1, &all, 4, 0) == -1 && errno == EINVAL);
}

static void *waiter(void *arg)
{
	sigset_t *set = arg;
	int sig = 0;

	return (void *)(long)(sigwait(set, &sig) ? -1 : sig);
}

/* A thread that waits gets it, and not one that blocks it. */
static void waiting_thread_gets_it(void)
{
	sigset_t both = begin();
	pthread_t t;
	void *got;

	pthread_create(&t, NULL, waiter, &both);
	usleep(20000);
	kill(getpid(), SIGUSR1);
	pthread_join(t, &got);
	EXPECT((long)got == SIGUSR1 && count == 0);
	pthread_create(&t, NULL, waiter, &both);
	pthread_kill(t, SIGALRM);
	pthread_join(t, &got);
	EXPECT((long)got == SIGALRM && count == 0);
}

static volatile pthread_t ran_in;

static void note_thread(int sig)
{
	(void)sig;
	count++;
	ran_in = pthread_self();
}

static void *spinner(void *arg)
{
	sigset_t set = set_of(SIGUSR1, 0);
	volatile int *stop = arg;

	pthread_sigmask(SIG_UNBLOCK, &set, NULL);
	while (!*stop)
		;
	return NULL;
}

/* Sent to the process: the thread that does not block it runs the handler,
 * while it computes. */
static void thread_that_does_not_block(void)
{
	struct sigaction sa = { .sa_handler = note_thread };
	volatile int stop = 0;
	pthread_t t;

	begin();
	sigaction(SIGUSR1, &sa, NULL);
	pthread_create(&t, NULL, spinner, (void *)&stop);
	usleep(20000);
	kill(getpid(), SIGUSR1);
	for (int i = 0; i < 200 && !count; i++)
		usleep(5000);
	EXPECT(count == 1 && pthread_equal(ran_in, t));
	pthread_kill(t, SIGUSR1);
	for (int i = 0; i < 200 && count < 2; i++)
		usleep(5000);
	EXPECT(count == 2 && pthread_equal(ran_in, t));
	stop = 1;
	pthread_join(t, NULL);
}

int main(void)
{
	TEST(suspend_with_one_pending);
	TEST(suspend_sleeps);
	TEST(masked_polls);
	TEST(ready_comes_first);
	TEST(timed_waits);
	TEST(wait_is_interrupted);
	TEST(waits_for_a_fault_signal);
	TEST(signal_descriptor);
	TEST(descriptor_takes_no_kicks);
	TEST(waiting_thread_gets_it);
	TEST(thread_that_does_not_block);
	return verdict_failed;
}
