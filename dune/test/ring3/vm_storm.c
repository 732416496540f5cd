// SPDX-License-Identifier: MIT
/*
 * vm_storm.c - many threads that fault, map and unmap at once
 *
 * Each thread's faults must have its own address and code, whatever the others
 * do to the same tables.
 */
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "vm_verdict.h"

#define THREADS 12
#define ROUNDS 40
#define SECONDS 30

static __thread sigjmp_buf back;
static __thread siginfo_t got;
static volatile int wrong, missing, done;
static time_t end;

static void on_fault(int sig, siginfo_t *si, void *context)
{
	(void)context;
	got = *si;
	siglongjmp(back, sig);
}

static void expect(volatile char *p, bool write, int sig, int code)
{
	int s = sigsetjmp(back, 1);

	if (s == 0) {
		if (write)
			*p = 1;
		else
			(void)*p;
		if (sig)
			__atomic_fetch_add(&missing, 1, __ATOMIC_RELAXED);
	} else if (s != sig || got.si_code != code || got.si_addr != p) {
		__atomic_fetch_add(&wrong, 1, __ATOMIC_RELAXED);
	}
}

static char *map(void)
{
	char *p = mmap(NULL, 4 * 4096, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		exit(2);
	return p;
}

static void *one(void *arg)
{
	unsigned i, at = (unsigned)(uintptr_t)arg;
	char *p;

	for (i = 0; i < ROUNDS && time(NULL) < end; i++) {
		p = map();
		p[at] = 1;
		expect(p + at, true, 0, 0);
		mprotect(p, 4096, PROT_READ);
		expect(p + at, false, 0, 0);
		expect(p + at, true, SIGSEGV, SEGV_ACCERR);
		mprotect(p + 4096, 4096, PROT_NONE);
		expect(p + 4096 + at, false, SIGSEGV, SEGV_ACCERR);
		mprotect(p, 4096, PROT_READ | PROT_WRITE);
		expect(p + at, true, 0, 0);
		munmap(p, 4 * 4096);
		__atomic_fetch_add(&done, 1, __ATOMIC_RELAXED);
	}
	return NULL;
}

int main(void)
{
	struct sigaction sa = { .sa_sigaction = on_fault,
				.sa_flags = SA_SIGINFO };
	pthread_t t[THREADS];
	uintptr_t i;

	end = time(NULL) + SECONDS;
	sigaction(SIGSEGV, &sa, NULL);
	sigaction(SIGBUS, &sa, NULL);
	for (i = 0; i < THREADS; i++)
		if (pthread_create(&t[i], NULL, one, (void *)(i * 64)))
			return 2;
	for (i = 0; i < THREADS; i++)
		pthread_join(t[i], NULL);
	verdict(!wrong && !missing && done >= THREADS,
		"12 threads that fault at once",
		"%d wrong, %d missing in %d rounds", wrong, missing, done);
	printf("%d rounds\n", done);
	return verdict_failed;
}
