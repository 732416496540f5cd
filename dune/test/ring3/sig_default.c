// SPDX-License-Identifier: MIT
/*
 * sig_default - what signals without a handler do: ends, stops, nothing
 */
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "verdict.h"

static const int deadly[] = {
	SIGHUP,	 SIGINT,  SIGQUIT, SIGILL,  SIGTRAP, SIGABRT,
	SIGBUS,	 SIGFPE,  SIGKILL, SIGUSR1, SIGSEGV, SIGUSR2,
	SIGPIPE, SIGALRM, SIGTERM, SIGXCPU, SIGXFSZ, SIGVTALRM,
	SIGPROF, SIGIO,	  SIGPWR,  SIGSYS,  34,	     64,
};
static const int harmless[] = { SIGCHLD, SIGURG, SIGWINCH, SIGCONT };

static int status_of(int sig, int by_other)
{
	const struct rlimit none = { 0, 0 };
	const struct timespec second = { 1, 0 };
	int status = -1;
	pid_t child = fork();

	if (!child) {
		setrlimit(RLIMIT_CORE, &none);
		if (by_other)
			nanosleep(&second, NULL);
		else
			raise(sig);
		_exit(3);
	}
	if (by_other) {
		usleep(20000);
		kill(child, sig);
	}
	waitpid(child, &status, 0);
	return status;
}

static void deadly_ones_kill(void)
{
	for (size_t i = 0; i < sizeof(deadly) / sizeof(deadly[0]); i++) {
		int status = status_of(deadly[i], 0);

		if (!WIFSIGNALED(status) || WTERMSIG(status) != deadly[i])
			fprintf(stderr, "signal %d: status %#x\n", deadly[i],
				(unsigned)status);
		EXPECT(WIFSIGNALED(status) && WTERMSIG(status) == deadly[i]);
	}
}

static void killed_from_outside(void)
{
	for (size_t i = 0; i < 12; i++) {
		int status = status_of(deadly[i], 1);

		EXPECT(WIFSIGNALED(status) && WTERMSIG(status) == deadly[i]);
	}
}

static void harmless_ones_do_nothing(void)
{
	for (size_t i = 0; i < sizeof(harmless) / sizeof(harmless[0]); i++) {
		int status = status_of(harmless[i], 0);

		EXPECT(WIFEXITED(status) && WEXITSTATUS(status) == 3);
	}
}

static void abort_is_abort(void)
{
	const struct rlimit none = { 0, 0 };
	int status;
	pid_t child = fork();

	if (!child) {
		setrlimit(RLIMIT_CORE, &none);
		signal(SIGABRT, SIG_IGN); /* abort() undoes it */
		abort();
	}
	waitpid(child, &status, 0);
	EXPECT(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

static volatile sig_atomic_t conts;

static void on_cont(int sig)
{
	(void)sig;
	conts++;
}

static void stops_and_continues(void)
{
	static const int stops[] = { SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU };
	int status;

	for (size_t i = 0; i < sizeof(stops) / sizeof(stops[0]); i++) {
		pid_t child;

		conts = 0;
		child = fork();
		if (!child) {
			/* a group of its own would be orphaned: the stops of a
			 * terminal would have no effect there */
			signal(SIGCONT, on_cont);
			raise(stops[i]);
			_exit(conts == 1 ? 9 : 1);
		}
		EXPECT(waitpid(child, &status, WUNTRACED) == child);
		EXPECT(WIFSTOPPED(status) && WSTOPSIG(status) == stops[i]);
		kill(child, SIGCONT);
		EXPECT(waitpid(child, &status, WCONTINUED) == child);
		if (WIFCONTINUED(status))
			EXPECT(waitpid(child, &status, 0) == child);
		EXPECT(WIFEXITED(status) && WEXITSTATUS(status) == 9);
	}
}

/* A stop while it computes, and while it waits: it goes on where it was. */
static void stopped_at_work(void)
{
	int status;
	pid_t child = fork();

	if (!child) {
		struct timespec t0, t1, nap = { 0, 100000000 };

		clock_gettime(CLOCK_MONOTONIC, &t0);
		do {
			clock_gettime(CLOCK_MONOTONIC, &t1);
		} while (t1.tv_sec * 1000 + t1.tv_nsec / 1000000 <
			 t0.tv_sec * 1000 + t0.tv_nsec / 1000000 + 100);
		_exit(nanosleep(&nap, NULL) ? 1 : 8);
	}
	for (int i = 0; i < 4; i++) {
		usleep(40000);
		kill(child, SIGSTOP);
		EXPECT(waitpid(child, &status, WUNTRACED) == child);
		if (!WIFSTOPPED(status))
			break;
		kill(child, SIGCONT);
	}
	if (WIFSTOPPED(status))
		EXPECT(waitpid(child, &status, 0) == child);
	EXPECT(WIFEXITED(status) && WEXITSTATUS(status) == 8);
}

/* Ignored at the start stays so: nohup. */
static void ignored_is_inherited(void)
{
	int status;
	pid_t child;

	signal(SIGHUP, SIG_IGN);
	child = fork();
	if (!child) {
		raise(SIGHUP);
		execl("/bin/sh", "sh", "-c", "kill -HUP $$; exit 5", NULL);
		_exit(1);
	}
	waitpid(child, &status, 0);
	EXPECT(WIFEXITED(status) && WEXITSTATUS(status) == 5);
	signal(SIGHUP, SIG_DFL);
}

int main(void)
{
	TEST(deadly_ones_kill);
	TEST(killed_from_outside);
	TEST(harmless_ones_do_nothing);
	TEST(abort_is_abort);
	TEST(stops_and_continues);
	TEST(stopped_at_work);
	TEST(ignored_is_inherited);
	return verdict_failed;
}
