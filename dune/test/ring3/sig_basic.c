// SPDX-License-Identifier: MIT
/*
 * sig_basic - handlers, masks, queues, timers, restarts
 */
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "verdict.h"

static volatile int count;
static siginfo_t last;
static int order[64];

static void note(int sig, siginfo_t *info, void *uc)
{
	(void)sig;
	(void)uc;
	last = *info;
	if (count < 64)
		order[count] = info->si_value.sival_int;
	count++;
}

static void catch (int sig, int flags)
{
	struct sigaction sa = { .sa_sigaction = note };

	sa.sa_flags = flags | SA_SIGINFO;
	sigaction(sig, &sa, NULL);
	count = 0;
	memset(&last, 0, sizeof(last));
}

static void block(int how, int sig)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, sig);
	sigprocmask(how, &set, NULL);
}

static void after_us(long us)
{
	const struct itimerval it = { .it_value = { 0, us } };

	setitimer(ITIMER_REAL, &it, NULL);
}

static void kill_tells_who(void)
{
	catch (SIGUSR1, 0);
	EXPECT(!kill(getpid(), SIGUSR1));
	EXPECT(count == 1);
	EXPECT(last.si_code == SI_USER && last.si_pid == getpid());
	EXPECT(!raise(SIGUSR1));
	EXPECT(count == 2 && last.si_code == SI_TKILL);
}

static void interrupts_a_spin(void)
{
	volatile double x = 1.0;
	const struct itimerval it = { { 0, 10000 }, { 0, 10000 } };
	const struct itimerval off = { 0 };

	catch (SIGALRM, 0);
	setitimer(ITIMER_REAL, &it, NULL);
	for (long i = 0; count < 5 && i < 2000000000; i++)
		x *= 1.0000001;
	setitimer(ITIMER_REAL, &off, NULL);
	EXPECT(count >= 5);
	EXPECT(x > 1.0);
}

static void queue_keeps_order_and_count(void)
{
	int sig[2] = { SIGRTMIN + 2, SIGRTMIN + 1 };

	catch (sig[0], 0);
	catch (sig[1], 0);
	block(SIG_BLOCK, sig[0]);
	block(SIG_BLOCK, sig[1]);
	for (int i = 0; i < 10; i++)
		EXPECT(!sigqueue(getpid(), sig[i & 1],
				 (union sigval){ .sival_int = i }));
	EXPECT(count == 0);
	block(SIG_UNBLOCK, sig[1]);
	EXPECT(count == 5);
	/* one at a time: each handler blocks its own signal */
	for (int i = 0; i < 5; i++)
		EXPECT(order[i] == 2 * i + 1);
	block(SIG_UNBLOCK, sig[0]);
	EXPECT(count == 10);
	for (int i = 0; i < 5; i++)
		EXPECT(order[5 + i] == 2 * i);
}

static void standard_signals_do_not_queue(void)
{
	sigset_t set;

	catch (SIGUSR2, 0);
	block(SIG_BLOCK, SIGUSR2);
	for (int i = 0; i < 5; i++)
		kill(getpid(), SIGUSR2);
	sigpending(&set);
	EXPECT(sigismember(&set, SIGUSR2));
	block(SIG_UNBLOCK, SIGUSR2);
	EXPECT(count == 1);
	sigpending(&set);
	EXPECT(!sigismember(&set, SIGUSR2));
}

/* SIGSEGV and SIGBUS by kill: the host never blocks them */
static void faults_can_be_sent_and_blocked(void)
{
	sigset_t set;

	catch (SIGSEGV, 0);
	block(SIG_BLOCK, SIGSEGV);
	kill(getpid(), SIGSEGV);
	EXPECT(count == 0);
	sigpending(&set);
	EXPECT(sigismember(&set, SIGSEGV));
	block(SIG_UNBLOCK, SIGSEGV);
	EXPECT(count == 1 && last.si_code == SI_USER);
	signal(SIGSEGV, SIG_DFL);
}

static void read_restarts(void)
{
	int fd[2];
	char c = 0;

	EXPECT(!pipe(fd));
	catch (SIGALRM, SA_RESTART);
	if (!fork()) {
		usleep(100000);
		_exit(write(fd[1], "x", 1) != 1);
	}
	after_us(30000);
	EXPECT(read(fd[0], &c, 1) == 1 && c == 'x');
	EXPECT(count == 1);
	wait(NULL);
	close(fd[0]);
	close(fd[1]);
}

static void read_is_interrupted(void)
{
	int fd[2];
	char c;

	EXPECT(!pipe(fd));
	catch (SIGALRM, 0);
	after_us(30000);
	EXPECT(read(fd[0], &c, 1) == -1 && errno == EINTR);
	EXPECT(count == 1);
	close(fd[0]);
	close(fd[1]);
}

/* Calls that are never restarted, SA_RESTART or not. */
static void some_never_restart(void)
{
	struct timespec ts = { 2, 0 }, rem = { 0, 0 };
	struct pollfd p = { .fd = -1 };

	catch (SIGALRM, SA_RESTART);
	after_us(30000);
	EXPECT(nanosleep(&ts, &rem) == -1 && errno == EINTR);
	EXPECT(rem.tv_sec == 1 && rem.tv_nsec > 0);
	after_us(30000);
	EXPECT(poll(&p, 1, 2000) == -1 && errno == EINTR);
	after_us(30000);
	EXPECT(pause() == -1 && errno == EINTR);
	EXPECT(count == 3);
}

/* What has its default and is ignored ends no call. */
static void ignored_ends_nothing(void)
{
	struct timespec ts = { 0, 200000000 };
	pid_t child;

	signal(SIGCHLD, SIG_DFL);
	child = fork();
	if (!child) {
		usleep(50000);
		_exit(0);
	}
	EXPECT(!nanosleep(&ts, NULL));
	waitpid(child, NULL, 0);
}

static void child_is_told(void)
{
	pid_t child;

	catch (SIGCHLD, SA_RESTART);
	child = fork();
	if (!child)
		_exit(7);
	EXPECT(waitpid(child, NULL, 0) == child);
	EXPECT(count == 1 && last.si_pid == child && last.si_status == 7 &&
	       last.si_code == CLD_EXITED);
	catch (SIGCHLD, SA_NOCLDWAIT);
	child = fork();
	if (!child)
		_exit(0);
	EXPECT(waitpid(child, NULL, 0) == -1 && errno == ECHILD);
	signal(SIGCHLD, SIG_DFL);
}

static void broken_pipe(void)
{
	int fd[2];

	EXPECT(!pipe(fd));
	close(fd[0]);
	catch (SIGPIPE, 0);
	EXPECT(write(fd[1], "x", 1) == -1 && errno == EPIPE);
	EXPECT(count == 1);
	signal(SIGPIPE, SIG_IGN);
	EXPECT(write(fd[1], "x", 1) == -1 && errno == EPIPE);
	close(fd[1]);
}

static volatile int depth, deepest, raised;

static void nested(int sig)
{
	depth++;
	if (depth > deepest)
		deepest = depth;
	if (++raised < 3)
		raise(sig);
	depth--;
}

static void flags_of_handlers(void)
{
	struct sigaction sa = { .sa_handler = nested };

	sigaction(SIGUSR1, &sa, NULL);
	raise(SIGUSR1);
	EXPECT(deepest == 1 &&
	       raised == 3); /* pending until the first ends, one by one */
	sa.sa_flags = SA_NODEFER;
	deepest = raised = 0;
	sigaction(SIGUSR1, &sa, NULL);
	raise(SIGUSR1);
	EXPECT(deepest == 3);
	sa.sa_flags = (int)SA_RESETHAND;
	sa.sa_handler = SIG_IGN;
	sigaction(SIGUSR1, &sa, NULL);
	catch (SIGURG, (int)SA_RESETHAND);
	raise(SIGURG);
	raise(SIGURG);
	EXPECT(count == 1);
	sigaction(SIGURG, NULL, &sa);
	EXPECT(sa.sa_handler == SIG_DFL);
}

static volatile int mask_seen;

static void look_at_mask(int sig)
{
	sigset_t now;

	sigprocmask(SIG_SETMASK, NULL, &now);
	mask_seen = sigismember(&now, sig) | sigismember(&now, SIGUSR2) << 1 |
		    sigismember(&now, SIGHUP) << 2;
}

static void mask_of_a_handler(void)
{
	struct sigaction sa = { .sa_handler = look_at_mask };
	sigset_t after;

	sigaddset(&sa.sa_mask, SIGUSR2);
	sigaction(SIGUSR1, &sa, NULL);
	raise(SIGUSR1);
	EXPECT(mask_seen == 3);
	sigprocmask(SIG_SETMASK, NULL, &after);
	EXPECT(!sigismember(&after, SIGUSR1) && !sigismember(&after, SIGUSR2));
}

static sigjmp_buf back;

static void jump(int sig)
{
	siglongjmp(back, sig);
}

static void jumps_out(void)
{
	volatile int n = 0, i;

	signal(SIGUSR1, jump);
	for (i = 0; i < 1000; i++)
		if (sigsetjmp(back, 1))
			n++;
		else
			raise(SIGUSR1);
	EXPECT(n == 1000);
	catch (SIGUSR1, 0);
	raise(SIGUSR1);
	EXPECT(count == 1); /* the mask came back with the jumps */
}

static void on_thread(union sigval v)
{
	(void)v;
	count++;
}

static void posix_timers(void)
{
	struct sigevent ev = { .sigev_notify = SIGEV_SIGNAL };
	const struct itimerspec once = { .it_value = { 0, 20000000 } };
	timer_t id;

	catch (SIGRTMIN + 3, SA_RESTART);
	ev.sigev_signo = SIGRTMIN + 3;
	ev.sigev_value.sival_int = 42;
	EXPECT(!timer_create(CLOCK_MONOTONIC, &ev, &id));
	EXPECT(!timer_settime(id, 0, &once, NULL));
	for (int i = 0; i < 100 && !count; i++)
		usleep(10000);
	EXPECT(count == 1 && last.si_value.sival_int == 42 &&
	       last.si_code == SI_TIMER);
	timer_delete(id);
	count = 0;
	memset(&ev, 0, sizeof(ev));
	ev.sigev_notify = SIGEV_THREAD;
	ev.sigev_notify_function = on_thread;
	EXPECT(!timer_create(CLOCK_MONOTONIC, &ev, &id));
	EXPECT(!timer_settime(id, 0, &once, NULL));
	for (int i = 0; i < 100 && !count; i++)
		usleep(10000);
	EXPECT(count == 1);
	timer_delete(id);
}

static void bad_arguments(void)
{
	struct sigaction sa = { .sa_handler = SIG_IGN };
	uint64_t bits = 0;

	EXPECT(syscall(SYS_rt_sigaction, SIGKILL, &sa, NULL, 8) == -1 &&
	       errno == EINVAL);
	EXPECT(syscall(SYS_rt_sigaction, 65, NULL, &sa, 8) == -1 &&
	       errno == EINVAL);
	EXPECT(syscall(SYS_rt_sigaction, SIGUSR1, NULL, &sa, 4) == -1 &&
	       errno == EINVAL);
	EXPECT(syscall(SYS_rt_sigaction, SIGUSR1, 8, NULL, 8) == -1 &&
	       errno == EFAULT);
	EXPECT(syscall(SYS_rt_sigprocmask, 9, &bits, NULL, 8) == -1 &&
	       errno == EINVAL);
	EXPECT(syscall(SYS_rt_sigprocmask, SIG_BLOCK, 8, NULL, 8) == -1 &&
	       errno == EFAULT);
	EXPECT(syscall(SYS_tgkill, getpid(), getpid(), 65) == -1 &&
	       errno == EINVAL);
	EXPECT(syscall(SYS_tgkill, getpid(), 1, SIGUSR1) == -1 &&
	       errno == ESRCH);
}

int main(void)
{
	TEST(kill_tells_who);
	TEST(interrupts_a_spin);
	TEST(queue_keeps_order_and_count);
	TEST(standard_signals_do_not_queue);
	TEST(faults_can_be_sent_and_blocked);
	TEST(read_restarts);
	TEST(read_is_interrupted);
	TEST(some_never_restart);
	TEST(ignored_ends_nothing);
	TEST(child_is_told);
	TEST(broken_pipe);
	TEST(flags_of_handlers);
	TEST(mask_of_a_handler);
	TEST(jumps_out);
	TEST(posix_timers);
	TEST(bad_arguments);
	return verdict_failed;
}
