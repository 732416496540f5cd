// SPDX-License-Identifier: MIT
/*
 * vm_faults.c - each exception is the signal, code and address that Linux gives
 *
 * Runs natively as well; with an argument also what only ring 3 has: memory of
 * ring 0.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../gate.h"
#include "vm_verdict.h"

#define ANY UINT64_MAX

static sigjmp_buf back;
static volatile int got_sig, got_code;
static volatile uint64_t got_addr;

static void on_fault(int sig, siginfo_t *si, void *context)
{
	/* the alignment check goes on in a handler */
	__asm__ volatile("pushfq\n\tandl $~0x40000, (%%rsp)\n\tpopfq"
			 :
			 :
			 : "memory", "cc");
	(void)context;
	got_sig = sig;
	got_code = si->si_code;
	got_addr = (uint64_t)si->si_addr;
	siglongjmp(back, 1);
}

static void check(const char *name, int sig, int code, uint64_t addr)
{
	verdict(got_sig == sig && got_code == code &&
			(addr == ANY || got_addr == addr),
		name, "signal %d code %d address %lx, not %d %d %lx", got_sig,
		got_code, got_addr, sig, code, addr);
}

#define FAULT(name, sig, code, addr, statement)           \
	do {                                              \
		got_sig = got_code = 0;                   \
		got_addr = 0;                             \
		if (!sigsetjmp(back, 1)) {                \
			statement;                        \
		}                                         \
		check(name, sig, code, (uint64_t)(addr)); \
	} while (0)

static volatile char sink;

static void run(const void *p)
{
	void (*f)(void);

	memcpy(&f, &p, sizeof(f));
	f();
}

static void memory(void)
{
	char *p = mmap(NULL, 8 * 4096, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char *none = p + 4096, *ro = p + 2 * 4096, *gone = p + 4 * 4096;

	ro[0] = 1;
	mprotect(none, 4096, PROT_NONE);
	mprotect(ro, 4096, PROT_READ);
	munmap(gone, 4096);
	FAULT("read of NULL", SIGSEGV, SEGV_MAPERR, 0,
	      sink = *(volatile char *)(uintptr_t)sink);
	FAULT("read of a low address", SIGSEGV, SEGV_MAPERR, 0x5000,
	      sink = *(volatile char *)0x5000);
	FAULT("read without rights", SIGSEGV, SEGV_ACCERR, none + 5,
	      sink = none[5]);
	FAULT("write without rights", SIGSEGV, SEGV_ACCERR, none + 5,
	      *(volatile char *)(none + 5) = 1);
	FAULT("write of read-only memory", SIGSEGV, SEGV_ACCERR, ro,
	      *(volatile char *)ro = 1);
	FAULT("read of unmapped memory", SIGSEGV, SEGV_MAPERR, gone + 7,
	      sink = *(volatile char *)(gone + 7));
	FAULT("write across a page's end", SIGSEGV, SEGV_ACCERR, none,
	      *(volatile uint64_t *)(none - 4) = 1);
	FAULT("execution of data", SIGSEGV, SEGV_ACCERR, p, run(p));
	FAULT("execution of unmapped memory", SIGSEGV, SEGV_MAPERR, gone,
	      run(gone));
	FAULT("non-canonical address", SIGSEGV, SI_KERNEL, 0,
	      sink = *(volatile char *)UINT64_C(0x8000000000000000));
	FAULT("kernel address", SIGSEGV, SEGV_MAPERR,
	      UINT64_C(0xffffffff80000000),
	      sink = *(volatile char *)UINT64_C(0xffffffff80000000));
	mprotect(ro, 4096, PROT_READ | PROT_WRITE);
	FAULT("no fault once it is writable", 0, 0, 0,
	      *(volatile char *)ro = 2);
	munmap(p, 8 * 4096);
}

static void files(void)
{
	int fd = memfd_create("file", 0);
	char *shared, *priv;

	if (fd < 0 || ftruncate(fd, 3 * 4096) < 0)
		exit(2);
	shared =
		mmap(NULL, 3 * 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	priv = mmap(NULL, 3 * 4096, PROT_READ, MAP_PRIVATE, fd, 0);
	shared[4096] = 1;
	if (ftruncate(fd, 4096) < 0)
		exit(2);
	FAULT("write behind the end of a file", SIGBUS, BUS_ADRERR,
	      shared + 4096 + 9, *(volatile char *)(shared + 4096 + 9) = 1);
	FAULT("read behind the end of a file", SIGBUS, BUS_ADRERR,
	      priv + 2 * 4096, sink = *(volatile char *)(priv + 2 * 4096));
	FAULT("before the end of a file", 0, 0, 0,
	      *(volatile char *)(shared + 4095) = 1);
	munmap(shared, 3 * 4096);
	munmap(priv, 3 * 4096);
	close(fd);
}

static void arithmetic(void)
{
	static volatile int zero;
	uint32_t unmasked = 0x1f80 & ~0x200u;
	uint16_t fcw = 0x37f & ~4;

	FAULT("division by zero", SIGFPE, FPE_INTDIV, ANY,
	      sink = (char)(1000 / zero));
	FAULT(
		"vector division by zero", SIGFPE, FPE_FLTDIV, ANY,
		__asm__ volatile("ldmxcsr %0"
				 :
				 : "m"(unmasked));
		{
			volatile double d = 1.0;
			d /= zero;
		});
	__asm__ volatile("fninit");
	FAULT("x87 division by zero", SIGFPE, FPE_FLTDIV, ANY,
	      __asm__ volatile("fldcw %0\n\tfld1\n\tfldz\n\tfdivrp\n\tfwait"
			       :
			       : "m"(fcw)));
	__asm__ volatile("fninit");
}

static void instructions(void)
{
	static char buf[64] __attribute__((aligned(64)));

	FAULT("breakpoint", SIGTRAP, SI_KERNEL, 0, __asm__ volatile("int3"));
	FAULT("undefined instruction", SIGILL, ILL_ILLOPN, ANY,
	      __asm__ volatile("ud2"));
	FAULT("hlt", SIGSEGV, SI_KERNEL, 0, __asm__ volatile("hlt"));
	FAULT("cli", SIGSEGV, SI_KERNEL, 0, __asm__ volatile("cli"));
	FAULT("out", SIGSEGV, SI_KERNEL, 0,
	      __asm__ volatile("outb %al, $0x10"));
	FAULT("in", SIGSEGV, SI_KERNEL, 0,
	      __asm__ volatile("inb $0x10, %%al"
			       :
			       :
			       : "rax"));
	FAULT("mov to cr3", SIGSEGV, SI_KERNEL, 0,
	      __asm__ volatile("mov %0, %%cr3"
			       :
			       : "r"(0L)));
	FAULT("wrmsr", SIGSEGV, SI_KERNEL, 0,
	      __asm__ volatile("wrmsr"
			       :
			       : "a"(0), "d"(0), "c"(0xc0000082)));
	/* there is none; KVM's own would lie at 0, and might have gates */
	FAULT("a segment of a local table", SIGSEGV, SI_KERNEL, 0,
	      __asm__ volatile("mov %0, %%ds"
			       :
			       : "r"(0x0f)));
	FAULT("swapgs", SIGSEGV, SI_KERNEL, 0, __asm__ volatile("swapgs"));
	FAULT("lidt", SIGSEGV, SI_KERNEL, 0,
	      __asm__ volatile("lidt %0"
			       :
			       : "m"(buf)));
	FAULT("int 0x81", SIGSEGV, SI_KERNEL, 0, __asm__ volatile("int $0x81"));
	FAULT("misaligned vector move", SIGSEGV, SI_KERNEL, 0,
	      __asm__ volatile("movaps %%xmm0, (%0)"
			       :
			       : "r"(buf + 1)));
	FAULT("alignment check", SIGBUS, BUS_ADRALN, ANY,
	      __asm__ volatile("pushfq\n\torl $0x40000, (%%rsp)\n\tpopfq\n\t"
			       "movl $1, 1(%0)"
			       :
			       : "r"(buf)
			       : "memory", "cc"));
	FAULT("single step", SIGTRAP, TRAP_TRACE, ANY,
	      __asm__ volatile("pushfq\n\torl $0x100, (%rsp)\n\tpopfq\n\t"
			       "nop"));
}

static int deep(volatile int n)
{
	volatile char block[1024];

	block[0] = (char)n;
	return n ? deep(n + 1) + block[0] : 0;
}

static void stack(void)
{
	FAULT("stack overflow", SIGSEGV, got_code, ANY, sink = (char)deep(1));
}

/* What ring 0 has does not exist for ring 3. */
static void supervisor(void)
{
	char *secret = (char *)gate1(GATE_ADDRESS, 0);
	char *ro = (char *)gate1(GATE_REGION, 1);

	FAULT("read of ring 0's memory", SIGSEGV, SEGV_MAPERR, secret,
	      sink = *(volatile char *)secret);
	FAULT("write of ring 0's memory", SIGSEGV, SEGV_MAPERR, secret,
	      *(volatile char *)secret = 1);
	FAULT("execution of ring 0's memory", SIGSEGV, SEGV_MAPERR, secret,
	      run(secret));
	verdict(gate1(GATE_PEEK, (uint64_t)secret) == (long)GATE_SECRET,
		"ring 0's memory is as it was", "it changed");
	FAULT("write of a read-only region", SIGSEGV, SEGV_ACCERR, ro,
	      *(volatile char *)ro = 1);
	FAULT("execution of a region", SIGSEGV, SEGV_ACCERR, ro, run(ro));
}

int main(int argc, char **argv)
{
	struct sigaction sa = { .sa_flags = SA_SIGINFO | SA_ONSTACK };
	stack_t alt = { .ss_size = 65536 };
	const int sigs[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP };
	unsigned i;

	(void)argv;
	alt.ss_sp = malloc(alt.ss_size);
	sigaltstack(&alt, NULL);
	sa.sa_sigaction = on_fault;
	for (i = 0; i < sizeof(sigs) / sizeof(*sigs); i++)
		sigaction(sigs[i], &sa, NULL);
	memory();
	files();
	arithmetic();
	instructions();
	stack();
	if (argc > 1)
		supervisor();
	return verdict_failed;
}
