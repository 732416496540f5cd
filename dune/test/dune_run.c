// SPDX-License-Identifier: MIT
/*
 * dune_run - run a program in ring 3, with a trivial gate
 *
 *	dune_run [--stats | --no-fence] PROGRAM [ARGS...]
 *	dune_run --selftest
 *
 * The gate's calls are those of gate() below. --stats: a line of counters on
 * stderr every second, of the first process. --no-fence: memory may be accessed
 * behind the region that ring 3 may write, so it does not start.
 */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "dune/host/self.h"
#include "dune/host/uaccess.h"
#include "dune/test/gate.h"
#include "dune/test/guards.h"

#define SELFTEST_MS 5000

extern char **environ;

static const uint64_t secret = GATE_SECRET;
static struct dune_region region[2];
static uint64_t calls;

/* Ring 0 uses vector registers: what is left in them must not be seen. */
static long fill_registers(void)
{
	asm volatile("movq %0, %%xmm0\n\tmovq %0, %%xmm7\n\t"
		     "movq %0, %%xmm15\n\tmov %0, %%r10\n\tmov %0, %%r11\n\t"
		     "fldpi"
		     :
		     : "r"(secret)
		     : "xmm0", "xmm7", "xmm15", "r10", "r11", "st");
	return 0;
}

static long peek(uint64_t addr)
{
	uint64_t v;

	return dune_copy(&v, (void *)addr, sizeof(v)) ? -EFAULT : (long)v;
}

static long spin(uint64_t turns)
{
	volatile uint64_t n = 0;

	while (n < turns)
		n++;
	return (long)n;
}

static long call(uint64_t addr)
{
	long (*f)(void);

	memcpy(&f, &addr, sizeof(f));
	return f();
}

/* As dlopen() makes it, by system calls of ring 0. */
static long new_text(void)
{
	static const uint8_t code[] = { 0xb8, 42, 0, 0, 0, 0xc3 };
	void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		return -errno;
	memcpy(p, code, sizeof(code));
	return mprotect(p, 4096, PROT_READ | PROT_EXEC) ? -errno : (long)p;
}

static long divide(void)
{
	volatile double one = 1, three = 3, zero = 0;

	return one / three * three == one && one / zero > 1e300;
}

static long gate(unsigned nr, const uint64_t arg[6])
{
	calls++;
	switch (nr) {
	case GATE_NULL:
		return 0;
	case GATE_SUM:
		return (long)(arg[0] + 2 * arg[1] + 3 * arg[2] + 4 * arg[3] +
			      5 * arg[4] + 6 * arg[5]);
	case GATE_ADDRESS:
		return guards_object(GUARD_DATA);
	case GATE_CALLS:
		return (long)calls;
	case GATE_PEEK:
		return peek(arg[0]);
	case GATE_POKE:
		return dune_copy((void *)arg[0], &arg[1], 8) ? -EFAULT : 0;
	case GATE_FILL:
		return fill_registers();
	case GATE_SPIN:
		return spin(arg[0]);
	case GATE_SYSCALL:
		return getppid();
	case GATE_REGION:
		return arg[0] < 2 ? (long)region[arg[0]].base : -EINVAL;
	case GATE_STATS:
		return (long)dune_self->stats.runs;
	case GATE_CALL:
		return call(arg[0]);
	case GATE_TEXT:
		return new_text();
	case GATE_DIVIDE:
		return divide();
	case GATE_INTACT:
		return guards_intact();
	case GATE_OBJECT:
		return guards_object((unsigned)arg[0]);
	}
	return -ENOSYS;
}

static int selftest(void)
{
	struct dune_verdict v;
	int rc = dune_selftest(&v, SELFTEST_MS);

	printf("%s, %s: %s; round trip %llu ns, getppid %llu ns\n",
	       v.usable ? "usable" : "not usable", v.right ? "right" : "wrong",
	       v.why, (unsigned long long)v.round_trip_ns,
	       (unsigned long long)v.native_ns);
	return rc < 0 ? 2 : v.usable ? 0 : v.right ? 3 : 1;
}

static void *print_stats(void *arg)
{
	struct dune_stats s;
	uint64_t exits;

	(void)arg;
	for (;;) {
		sleep(1);
		exits = 0;
		dune_stats(&s);
		dune_kvm_stat("exits", &exits);
		fprintf(stderr,
			"stats: runs %lu syscalls %lu refused %lu exceptions "
			"%lu efaults %lu ring0 %lu interrupts %lu exits %lu\n",
			s.runs, s.syscalls, s.refused, s.exceptions, s.efaults,
			s.ring0_syscalls, s.interrupts, exits);
	}
	return NULL;
}

/* A thread of the host's: no signal of the program's is for it. */
static void start_stats(void)
{
	sigset_t all, old;
	pthread_t t;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	if (pthread_create(&t, NULL, print_stats, NULL) == 0)
		pthread_detach(t);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
}

static int fail(const char *what)
{
	fprintf(stderr, "dune_run: %s\n", what);
	return 125;
}

int main(int argc, char **argv)
{
	struct dune_config config = {
		.gate = gate,
		.regions = region,
		.nregions = 2,
		.hidden_fd_min = 900,
	};
	bool stats = false, fenced = true;
	char err[256];

	if (argc > 1 && strcmp(argv[1], "--selftest") == 0)
		return selftest();
	if (argc > 1 && strcmp(argv[1], "--stats") == 0) {
		stats = true;
		argc--;
		argv++;
	}
	if (argc > 1 && strcmp(argv[1], "--no-fence") == 0) {
		fenced = false;
		argc--;
		argv++;
	}
	if (argc < 2)
		return fail("usage: dune_run PROGRAM [ARGS...]");
	if (guards_start(region) < 0)
		return fail("no memory");
	if (!fenced)
		region[0].size -= 4096;
	if (dune_start(&config, err, sizeof(err)) < 0)
		return fail(err);
	if (guards_open() < 0)
		return fail("no pages around the regions");
	if (stats)
		start_stats();
	if (dune_run(argv[1], argv + 1, environ, err, sizeof(err)) < 0)
		return fail(err);
	return 125;
}
