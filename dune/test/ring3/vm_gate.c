// SPDX-License-Identifier: MIT
/*
 * vm_gate.c - calls into ring 0: arguments, registers, bad addresses, signals
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../gate.h"
#include "vm_verdict.h"

#define MXCSR_ROUND_UP 0x5f80u
#define FCW_ROUND_UP 0x0b7fu

static volatile sig_atomic_t alarms;

static void on_alarm(int sig)
{
	(void)sig;
	alarms++;
}

static void arguments(void)
{
	long got = gate6(GATE_SUM, 1, 2, 3, 4, 5, 6);

	verdict(got == 91, "gate arguments", "the sum is %ld", got);
	got = gate1(GATE_LAST, 0);
	verdict(got == -ENOSYS, "gate unknown call", "gives %ld", got);
	got = gate1(64, 0);
	verdict(got == -ENOSYS, "gate beyond its numbers", "gives %ld", got);
}

/* What is in all the registers after a call that filled them in ring 0. */
struct state {
	uint64_t gpr[8]; /* rdi rsi rdx r8 r9 r10 rbx r12 */
	uint64_t flags;
	uint8_t fx[512] __attribute__((aligned(16)));
};

static void call_and_look(unsigned nr, struct state *out)
{
	register struct state *s __asm__("r15") = out;

	memset(s, 0xee, sizeof(*s));
	__asm__ volatile("mov $0xb0b0, %%ebx\n\tmov $0x1212, %%r12d\n\t"
			 "mov %[nr], %%eax\n\t"
			 "syscall\n\t"
			 "mov %%rdi, 0(%%r15)\n\tmov %%rsi, 8(%%r15)\n\t"
			 "mov %%rdx, 16(%%r15)\n\tmov %%r8, 24(%%r15)\n\t"
			 "mov %%r9, 32(%%r15)\n\tmov %%r10, 40(%%r15)\n\t"
			 "mov %%rbx, 48(%%r15)\n\tmov %%r12, 56(%%r15)\n\t"
			 "fxsave64 (%[fx])"
			 :
			 : [nr] "r"(GATE_FIRST + nr), "r"(s), [fx] "r"(s->fx)
			 : "rax", "rbx", "rcx", "rdx", "rsi", "rdi", "r8", "r9",
			   "r10", "r11", "r12", "memory");
}

static bool zeros(const void *p, size_t n)
{
	const uint8_t *b = p;

	while (n && !*b)
		b++, n--;
	return n == 0;
}

/* 10 bytes of each 16 are a register */
static bool x87_zeros(const struct state *s)
{
	unsigned i;

	for (i = 0; i < 8; i++)
		if (!zeros(s->fx + 32 + 16 * i, 10))
			return false;
	return true;
}

static void registers(void)
{
	struct state *s = aligned_alloc(16, sizeof(*s));
	uint32_t mxcsr = MXCSR_ROUND_UP;
	uint16_t fcw = FCW_ROUND_UP;

	__asm__ volatile("ldmxcsr %0\n\tfldcw %1" : : "m"(mxcsr), "m"(fcw));
	call_and_look(GATE_FILL, s);
	verdict(zeros(s->gpr, 6 * 8), "gate clears general registers",
		"%lx %lx %lx %lx %lx %lx", s->gpr[0], s->gpr[1], s->gpr[2],
		s->gpr[3], s->gpr[4], s->gpr[5]);
	verdict(s->gpr[6] == 0xb0b0 && s->gpr[7] == 0x1212,
		"gate preserves what a callee must", "rbx %lx r12 %lx",
		s->gpr[6], s->gpr[7]);
	verdict(zeros(s->fx + 160, 256), "gate clears vector registers",
		"some are not 0");
	verdict(x87_zeros(s), "gate clears x87 registers", "some are not 0");
	memcpy(&mxcsr, s->fx + 24, 4);
	memcpy(&fcw, s->fx, 2);
	verdict((mxcsr & 0xffc0) == (MXCSR_ROUND_UP & 0xffc0) &&
			fcw == FCW_ROUND_UP,
		"gate preserves FP modes", "mxcsr %x fcw %x", mxcsr, fcw);
	mxcsr = 0x1f80;
	fcw = 0x37f;
	__asm__ volatile("fninit\n\tldmxcsr %0\n\tfldcw %1"
			 :
			 : "m"(mxcsr), "m"(fcw));
	free(s);
}

/* Ring 0 computes with the default modes, whatever ring 3 has set. */
static void modes(void)
{
	uint32_t odd = 0x0000; /* all exceptions unmasked */
	uint32_t dfl = 0x1f80;
	long got;

	__asm__ volatile("ldmxcsr %0" : : "m"(odd));
	got = gate1(GATE_DIVIDE, 0);
	__asm__ volatile("ldmxcsr %0" : : "m"(dfl));
	verdict(got == 1, "gate has its own FP modes", "gives %ld", got);
}

static void flags(void)
{
	uint64_t after;
	long got;

	__asm__ volatile("std\n\tsyscall\n\tpushfq\n\tpop %1\n\tcld"
			 : "=a"(got), "=r"(after)
			 : "a"(GATE_FIRST + GATE_NULL)
			 : "rcx", "r11", "rdi", "rsi", "rdx", "r8", "r9", "r10",
			   "memory", "cc");
	verdict(got == 0 && (after & 0x400) && !(after & 0x3000),
		"gate preserves flags", "rflags %lx", after);
}

static void bad_addresses(void)
{
	uint64_t *p = mmap(NULL, 4 * 4096, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	const struct {
		const char *name;
		uint64_t addr;
	} bad[] = {
		{ "NULL", 0 },
		{ "a page without rights", (uint64_t)p + 4096 },
		{ "a page across its end", (uint64_t)p + 4096 - 4 },
		{ "an unmapped page", (uint64_t)p + 2 * 4096 },
		{ "a non-canonical address", UINT64_C(0x8000000000000000) },
		{ "a kernel address", UINT64_C(0xffffffff80000000) },
	};
	char name[80];
	unsigned i;
	long got;

	p[0] = 77;
	mprotect(p + 512, 4096, PROT_NONE);
	munmap(p + 1024, 4096);
	got = gate1(GATE_PEEK, (uint64_t)p);
	verdict(got == 77, "gate reads program memory", "gives %ld", got);
	got = gate1(GATE_PEEK, (uint64_t)(p + 3 * 512));
	verdict(got == 0, "gate reads a fresh page", "gives %ld", got);
	got = gate2(GATE_POKE, (uint64_t)p, 78);
	verdict(got == 0 && p[0] == 78, "gate writes program memory",
		"gives %ld", got);
	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		snprintf(name, sizeof(name), "gate and %s", bad[i].name);
		got = gate1(GATE_PEEK, bad[i].addr);
		verdict(got == -EFAULT, name, "gives %ld", got);
	}
	mprotect(p, 4096, PROT_READ);
	got = gate2(GATE_POKE, (uint64_t)p, 79);
	verdict(got == -EFAULT && p[0] == 78, "gate and a read-only page",
		"gives %ld", got);
	munmap(p, 4 * 4096);
}

static void exits(void)
{
	long before, after, i;

	before = gate1(GATE_STATS, 0);
	for (i = 0; i < 100000; i++)
		gate1(GATE_NULL, 0);
	after = gate1(GATE_STATS, 0);
	verdict(after - before <= 5, "gate does not exit",
		"%ld exits of 100000 calls", after - before);
	before = gate1(GATE_STATS, 0);
	for (i = 0; i < 1000; i++)
		syscall(SYS_getppid);
	after = gate1(GATE_STATS, 0);
	verdict(after - before >= 1000 && after - before <= 1010,
		"a system call is one exit", "%ld exits of 1000 calls",
		after - before);
}

static void ring0_calls(void)
{
	long got = gate1(GATE_SYSCALL, 0);

	verdict(got == syscall(SYS_getppid), "gate makes a system call",
		"gives %ld", got);
}

static void signals(void)
{
	struct itimerval it = { .it_value.tv_usec = 20000 };
	long got, i, bad = 0, want;

	signal(SIGALRM, on_alarm);
	alarms = 0;
	setitimer(ITIMER_REAL, &it, NULL);
	got = gate1(GATE_SPIN, 60000000);
	verdict(got == 60000000 && alarms == 1, "a signal waits for the gate",
		"gives %ld, %d signals", got, (int)alarms);

	it.it_value.tv_usec = it.it_interval.tv_usec = 300;
	alarms = 0;
	setitimer(ITIMER_REAL, &it, NULL);
	for (i = 0; i < 4000000 && alarms < 1500; i++) {
		want = 21 * i;
		bad += gate6(GATE_SUM, (uint64_t)i, (uint64_t)i, (uint64_t)i,
			     (uint64_t)i, (uint64_t)i, (uint64_t)i) != want;
	}
	it.it_value.tv_usec = it.it_interval.tv_usec = 0;
	setitimer(ITIMER_REAL, &it, NULL);
	verdict(bad == 0 && alarms > 20, "signals between gate calls",
		"%ld of %ld results wrong, %d signals", bad, i, (int)alarms);
}

static long of_ring3(void)
{
	return 1;
}

/* Ring 0 that jumps into the program is an error of ours, never executed. */
static void execution(void)
{
	int status = 0;
	pid_t pid = fork();

	if (pid == 0) {
		close(2); /* the report */
		gate1(GATE_CALL, (uint64_t)of_ring3);
		_exit(0);
	}
	waitpid(pid, &status, 0);
	verdict(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT,
		"ring 0 does not execute the program", "status %x", status);
}

/* Nor its own data: code that is written there is none. */
static void execution_of_data(void)
{
	static const uint8_t code[8] = { 0xb8, 42, 0, 0, 0, 0xc3 }; /* mov ret */
	uint64_t at = (uint64_t)gate1(GATE_ADDRESS, 0), word;
	int status = 0;
	pid_t pid = fork();

	if (pid == 0) {
		close(2); /* the report */
		memcpy(&word, code, sizeof(word));
		if (gate2(GATE_POKE, at, word))
			_exit(1);
		_exit(gate1(GATE_CALL, at) == 42 ? 42 : 2);
	}
	waitpid(pid, &status, 0);
	verdict(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT,
		"ring 0 does not execute its data", "status %x", status);
}

/* But what the host maps to be executed after the start it does. */
static void execution_of_new_text(void)
{
	long got = gate1(GATE_TEXT, 0);

	verdict(got > 0 && gate1(GATE_CALL, (uint64_t)got) == 42,
		"ring 0 executes new code of the host", "at %lx", got);
}

static void regions(void)
{
	volatile char *rw = (char *)gate1(GATE_REGION, 0);
	volatile char *ro = (char *)gate1(GATE_REGION, 1);
	bool ok = rw[0] == 'w' && rw[(3 << 20) - 1] == 'w' && ro[8191] == 'r';

	rw[4096] = 'x';
	verdict(ok && rw[4096] == 'x', "regions", "%c %c", rw[0], ro[8191]);
}

int main(void)
{
	arguments();
	registers();
	modes();
	flags();
	bad_addresses();
	exits();
	ring0_calls();
	regions();
	execution();
	execution_of_data();
	execution_of_new_text();
	signals();
	return verdict_failed;
}
