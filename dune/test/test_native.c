// SPDX-License-Identifier: MIT
/*
 * test_native.c - system calls that a signal ends: no wake-up is lost
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include "dune/host/native.h"

#define HIDDEN __attribute__((visibility("hidden")))
HIDDEN extern const char dune_native_check[], dune_native_call[];
HIDDEN extern const char dune_native_not_begun[], dune_native_begun[];

#define ROUNDS 20000
#define SYSCALL_LEN 2

static volatile int stop, taken, seen_before, seen_wound_back;

static void on_signal(int sig, siginfo_t *info, void *context)
{
	ucontext_t *uc = context;
	const greg_t *rip = &uc->uc_mcontext.gregs[REG_RIP];

	(void)sig;
	(void)info;
	taken++;
	stop = 1;
	dune_native_unwind(uc);
	seen_before += *rip == (greg_t)(uintptr_t)dune_native_not_begun;
	seen_wound_back += *rip == (greg_t)(uintptr_t)dune_native_begun;
}

static void catch (int sig)
{
	struct sigaction sa = { .sa_sigaction = on_signal };

	sa.sa_flags = SA_SIGINFO | SA_RESTART;
	sigaction(sig, &sa, NULL);
}

static uintptr_t unwound(uintptr_t rip, greg_t rcx)
{
	ucontext_t uc;

	memset(&uc, 0, sizeof(uc));
	uc.uc_mcontext.gregs[REG_RIP] = (greg_t)rip;
	uc.uc_mcontext.gregs[REG_RCX] = rcx;
	dune_native_unwind(&uc);
	return (uintptr_t)uc.uc_mcontext.gregs[REG_RIP];
}

static void every_place_of_the_call(void **state)
{
	uintptr_t check = (uintptr_t)dune_native_check;
	uintptr_t call = (uintptr_t)dune_native_call;
	uintptr_t not_begun = (uintptr_t)dune_native_not_begun;

	(void)state;
	assert_int_equal(unwound(check - 1, 0), check - 1);
	for (uintptr_t at = check; at <= call; at++)
		assert_int_equal(unwound(at, 0), not_begun);
	assert_int_equal(unwound(call, (greg_t)(call + SYSCALL_LEN)),
			 (uintptr_t)dune_native_begun);
	/* it is over: its result counts */
	assert_int_equal(unwound(call + SYSCALL_LEN, 0), call + SYSCALL_LEN);
}

static void results_are_the_kernels(void **state)
{
	const uint64_t none[6] = { 0 };
	const uint64_t bad[6] = { (uint64_t)-1 };
	uint64_t six[6] = {
		0, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, (uint64_t)-1, 0
	};
	long at;

	(void)state;
	stop = 0;
	assert_int_equal(dune_native_raw(&stop, SYS_getpid, none), getpid());
	assert_int_equal(dune_native_raw(&stop, SYS_close, bad), -EBADF);
	at = dune_native_raw(&stop, SYS_mmap, six);
	assert_true(at > 0);
	assert_int_equal(*(volatile char *)at, 0);
	munmap((void *)at, 4096);
	stop = 1;
	assert_int_equal(dune_native_raw(&stop, SYS_getpid, none),
			 -DUNE_ERESTARTNOINTR);
}

/* What the kernel would restart and what it would end are told apart. */
static void kind_of_interruption(void **state)
{
	const struct itimerval it = { .it_value = { 0, 20000 } };
	uint64_t read_args[6], poll_args[6] = { 0, 0, 2000 };
	char c;
	int fd[2];

	(void)state;
	catch (SIGALRM);
	assert_int_equal(pipe(fd), 0);
	read_args[0] = (uint64_t)fd[0];
	read_args[1] = (uintptr_t)&c;
	read_args[2] = 1;
	stop = 0;
	setitimer(ITIMER_REAL, &it, NULL);
	assert_int_equal(dune_native_raw(&stop, SYS_read, read_args),
			 -DUNE_ERESTARTSYS);
	stop = 0;
	setitimer(ITIMER_REAL, &it, NULL);
	assert_int_equal(dune_native_raw(&stop, SYS_poll, poll_args), -EINTR);
	close(fd[0]);
	close(fd[1]);
}

/* A signal at a random moment around the beginning of a wait without end. */
static void no_wakeup_is_lost(void **state)
{
	struct itimerval it = { .it_value = { 0, 0 } };
	uint64_t args[6] = { 0 };
	char c;
	int fd[2], odd = 0;

	(void)state;
	catch (SIGALRM);
	assert_int_equal(pipe(fd), 0);
	args[0] = (uint64_t)fd[0];
	args[1] = (uintptr_t)&c;
	args[2] = 1;
	taken = 0;
	for (int i = 0; i < ROUNDS; i++) {
		long rc;

		stop = 0;
		it.it_value.tv_usec = 1 + i % 7;
		setitimer(ITIMER_REAL, &it, NULL);
		for (volatile int spin = rand() % 500; spin > 0; spin--)
			;
		/* for ever, if a wake-up is lost */
		rc = dune_native_raw(&stop, SYS_read, args);
		odd += rc != -DUNE_ERESTARTSYS && rc != -DUNE_ERESTARTNOINTR;
	}
	close(fd[0]);
	close(fd[1]);
	assert_int_equal(odd, 0);
	assert_int_equal(taken, ROUNDS);
	print_message("%d before the call, %d in it\n", seen_before,
		      seen_wound_back);
}

static void bad_word_is_an_error(void **state)
{
	uint32_t word = 5, old = 5;

	(void)state;
	assert_int_equal(dune_cas_raw(&word, &old, 7), 1);
	assert_int_equal(word, 7);
	assert_int_equal(dune_cas_raw(&word, &old, 9), 0);
	assert_int_equal(old, 7);
	assert_int_equal(word, 7);
}

static void on_fault(int sig, siginfo_t *info, void *context)
{
	(void)info;
	if (!dune_cas_fixup(context))
		signal(sig, SIG_DFL);
}

static void fault_is_an_error(void **state)
{
	struct sigaction sa = { .sa_sigaction = on_fault,
				.sa_flags = SA_SIGINFO };
	struct sigaction was;
	uint32_t old = 0;
	void *none =
		mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)state;
	sigaction(SIGSEGV, &sa, &was);
	assert_int_equal(dune_cas_raw(none, &old, 1), -EFAULT);
	sigaction(SIGSEGV, &was, NULL);
	munmap(none, 4096);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_place_of_the_call),
		cmocka_unit_test(results_are_the_kernels),
		cmocka_unit_test(kind_of_interruption),
		cmocka_unit_test(no_wakeup_is_lost),
		cmocka_unit_test(bad_word_is_an_error),
		cmocka_unit_test(fault_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
