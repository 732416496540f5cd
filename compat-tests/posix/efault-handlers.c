// SPDX-License-Identifier: MIT
/* efault-handlers - a bad pointer is the call's EFAULT whatever handler of SIGSEGV there is; faults of the program are its handler's, or end it. */
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <ucontext.h>

#include "badmem.h"
#include "kinds.h"

#define REST_RIP 6 /* bytes of the instruction in fault() */

static volatile int seen;
static void *volatile seen_at;

/* A load that faults; who skips it returns 0. */
static int fault(void *at)
{
	int got = 0;

	__asm__ volatile("movl %%eax, %%eax\n\t"
			 ".byte 0x8b, 0x83, 0, 0, 0, 0" /* mov 0(%rbx), %eax */
			 : "=a"(got)
			 : "a"(0), "b"(at)
			 : "memory");
	return got;
}

static void skip(int sig, siginfo_t *si, void *arg)
{
	ucontext_t *uc = arg;

	(void)sig;
	seen++;
	seen_at = si->si_addr;
	if (si->si_code > 0) /* not raise() */
		uc->uc_mcontext.gregs[REG_RIP] += REST_RIP;
}

static void install(int flags)
{
	struct sigaction act = { .sa_sigaction = skip,
				 .sa_flags = SA_SIGINFO | flags };

	sigemptyset(&act.sa_mask);
	OK(sigaction(SIGSEGV, &act, NULL));
}

static void all_fail(int fd[2], void *bad)
{
	char c;

	FAILS(send(fd[0], bad, 9, 0), EFAULT);
	send_text(fd[0], "x");
	GIVES(wait_events(fd[1], POLLIN, 5000), POLLIN);
	FAILS(recv(fd[1], bad, 9, 0), EFAULT);
	FAILS(getsockname(fd[0], bad, bad), EFAULT);
	GIVES(recv(fd[1], &c, 1, 0), 1);
}

static void handlers(int fd[2], void *bad)
{
	struct sigaction act;

	OK(sigaction(SIGSEGV, NULL, &act));
	CHECK(act.sa_handler == SIG_DFL && act.sa_flags == 0);
	install((int)SA_RESETHAND);
	all_fail(fd, bad); /* that was not the one signal */
	GIVES(seen, 0);
	GIVES(fault(bad), 0);
	GIVES(seen, 1);
	CHECK(seen_at == bad);
	OK(sigaction(SIGSEGV, NULL, &act));
	CHECK(act.sa_handler == SIG_DFL);
	all_fail(fd, bad);
	install(0);
	OK(raise(SIGSEGV) ? -1 : 0);
	GIVES(seen, 2);
	OK(sigaction(SIGSEGV, NULL, &act));
	CHECK(act.sa_sigaction == skip && act.sa_flags & SA_SIGINFO);
}

/* As a program that passes the C library by does it. */
static void by_number(int fd[2], void *bad)
{
	struct {
		void (*handler)(int);
		unsigned long flags;
		void (*restorer)(void);
		uint64_t mask;
	} act, none = { SIG_DFL, 0, NULL, 0 };

	seen = 0;
	OK((int)syscall(SYS_rt_sigaction, SIGSEGV, NULL, &act, 8));
	OK((int)syscall(SYS_rt_sigaction, SIGSEGV, &none, NULL, 8));
	all_fail(fd, bad);
	OK((int)syscall(SYS_rt_sigaction, SIGSEGV, &act, NULL, 8));
	all_fail(fd, bad);
	GIVES(seen, 0);
	GIVES(fault(bad), 0);
	GIVES(seen, 1);
	FAILS((int)syscall(SYS_rt_sigaction, SIGSEGV, bad, NULL, 8), EFAULT);
	FAILS((int)syscall(SYS_rt_sigaction, SIGSEGV, NULL, NULL, 4), EINVAL);
}

static int ends(void (*how)(void *), void *arg)
{
	int status;
	pid_t pid;

	pid = fork();
	if (pid == 0) {
		how(arg);
		_exit(0);
	}
	OK(pid);
	GIVES(waitpid(pid, &status, 0), pid);
	return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

static void by_fault(void *bad)
{
	fault(bad);
}

static void by_kill(void *arg)
{
	(void)arg;
	kill(getpid(), SIGBUS);
}

static void ignored(void *arg)
{
	(void)arg;
	signal(SIGSEGV, SIG_IGN);
	kill(getpid(), SIGSEGV);
}

static void subject(struct role *r)
{
	static char small[8192];
	stack_t stack = { .ss_sp = small, .ss_size = sizeof(small) },
		off = { 0 };
	void *bad[5];
	int fd[2];

	seen = 0;
	unwritable(bad);
	own_pair(r, fd);
	handlers(fd, bad[1]);
	by_number(fd, bad[1]);
	OK(sigaltstack(&stack, NULL));
	install(SA_ONSTACK);
	all_fail(fd, bad[1]);
	GIVES(fault(bad[1]), 0);
	off.ss_flags = SS_DISABLE;
	OK(sigaltstack(&off, NULL));
	CHECK(signal(SIGSEGV, SIG_DFL) != SIG_ERR);
	GIVES(ends(by_fault, bad[1]), SIGSEGV);
	GIVES(ends(by_kill, NULL), SIGBUS);
	GIVES(ends(ignored, NULL), 0);
	all_fail(fd, bad[1]);
	OK(close(fd[0]));
	OK(close(fd[1]));
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
