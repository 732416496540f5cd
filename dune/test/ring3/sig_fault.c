// SPDX-License-Identifier: MIT
/*
 * sig_fault - faults of the program, with the right signal, code and address,
 * and what a handler finds in, and does to, its frame
 */
#include <immintrin.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>

#include "verdict.h"

static sigjmp_buf back;
static volatile int sig_seen, code_seen;
static void *volatile addr_seen;
static volatile greg_t trapno, err, cr2, rip_seen;
static volatile char sink;

static void caught(int sig, siginfo_t *info, void *context)
{
	const greg_t *regs = ((ucontext_t *)context)->uc_mcontext.gregs;

	sig_seen = sig;
	code_seen = info->si_code;
	addr_seen = info->si_addr;
	trapno = regs[REG_TRAPNO];
	err = regs[REG_ERR];
	cr2 = regs[REG_CR2];
	rip_seen = regs[REG_RIP];
	siglongjmp(back, 1);
}

static void catch_all(int flags)
{
	static const int sigs[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP };
	struct sigaction sa = { .sa_sigaction = caught };

	sa.sa_flags = SA_SIGINFO | flags;
	for (size_t i = 0; i < sizeof(sigs) / sizeof(sigs[0]); i++)
		sigaction(sigs[i], &sa, NULL);
}

#define FAULTS(expr)                       \
	do {                               \
		sig_seen = 0;              \
		if (!sigsetjmp(back, 1)) { \
			expr;              \
		}                          \
	} while (0)
#define SEEN(sig, code, addr)                              \
	EXPECT(sig_seen == (sig) && code_seen == (code) && \
	       addr_seen == (void *)(addr))

static char *map(size_t len, int prot)
{
	return mmap(NULL, len, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static void unmapped_and_protected(void)
{
	char *volatile low = (char *)8, *volatile m = map(
						16384, PROT_READ | PROT_WRITE);

	m[0] = 1;
	munmap(m + 4096, 4096);
	FAULTS(sink = m[4100]);
	SEEN(SIGSEGV, SEGV_MAPERR, m + 4100);
	EXPECT(trapno == 14 && cr2 == (greg_t)(m + 4100) && !(err & 2));
	mprotect(m + 8192, 4096, PROT_READ);
	FAULTS(sink = m[8200]);
	EXPECT(!sig_seen);
	FAULTS(m[8200] = 1);
	SEEN(SIGSEGV, SEGV_ACCERR, m + 8200);
	EXPECT(err & 2);
	mprotect(m + 12288, 4096, PROT_NONE);
	FAULTS(sink = m[12288]);
	SEEN(SIGSEGV, SEGV_ACCERR, m + 12288);
	mprotect(m + 12288, 4096, PROT_READ | PROT_WRITE);
	FAULTS(m[12288] = 2);
	EXPECT(!sig_seen);
	FAULTS(sink = *low);
	SEEN(SIGSEGV, SEGV_MAPERR, 8);
	FAULTS(sink = *(volatile char *)0x8000000000000000);
	SEEN(SIGSEGV, SI_KERNEL, 0);
	munmap(m, 16384);
}

static void data_is_not_executed(void)
{
	char *m = map(4096, PROT_READ | PROT_WRITE);

	m[0] = (char)0xc3; /* ret */
	FAULTS(((void (*)(void))(uintptr_t)m)());
	SEEN(SIGSEGV, SEGV_ACCERR, m);
	EXPECT(rip_seen == (greg_t)(uintptr_t)m);
	mprotect(m, 4096, PROT_READ | PROT_EXEC);
	FAULTS(((void (*)(void))(uintptr_t)m)());
	EXPECT(!sig_seen);
	mprotect(m, 4096, PROT_READ);
	FAULTS(((void (*)(void))(uintptr_t)m)());
	SEEN(SIGSEGV, SEGV_ACCERR, m);
	munmap(m, 4096);
}

static void behind_the_end_of_a_file(void)
{
	int fd = memfd_create("short", 0);
	char *m;

	EXPECT(!ftruncate(fd, 8192));
	m = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	m[4096] = 1;
	EXPECT(!ftruncate(fd, 4096));
	FAULTS(m[4100] = 2);
	SEEN(SIGBUS, BUS_ADRERR, m + 4100);
	FAULTS(sink = m[4101]);
	SEEN(SIGBUS, BUS_ADRERR, m + 4101);
	EXPECT(!ftruncate(fd, 8192));
	FAULTS(m[4100] = 3);
	EXPECT(!sig_seen && m[4100] == 3);
	munmap(m, 8192);
	close(fd);
}

static void arithmetic_and_instructions(void)
{
	volatile int zero = 0;

	FAULTS(sink = (char)(5 / zero));
	EXPECT(sig_seen == SIGFPE && code_seen == FPE_INTDIV &&
	       addr_seen == (void *)(uintptr_t)rip_seen && trapno == 0);
	FAULTS(__asm__ volatile("ud2"));
	EXPECT(sig_seen == SIGILL && code_seen == ILL_ILLOPN && trapno == 6 &&
	       addr_seen == (void *)(uintptr_t)rip_seen);
	FAULTS(__asm__ volatile("int3"));
	EXPECT(sig_seen == SIGTRAP && code_seen == SI_KERNEL && trapno == 3);
	FAULTS(__asm__ volatile("hlt"));
	SEEN(SIGSEGV, SI_KERNEL, 0);
	EXPECT(trapno == 13);
}

/* Emulated processors may raise none of these: natively, too. */
static void floating_point(void)
{
	_mm_setcsr(_mm_getcsr() & ~0x200u); /* unmask division by zero */
	FAULTS(__asm__ volatile("xorps %%xmm0, %%xmm0\n"
				"movss %0, %%xmm1\n"
				"divss %%xmm0, %%xmm1"
				:
				: "m"((float){ 1.0f })
				: "xmm0", "xmm1"));
	EXPECT(sig_seen == SIGFPE && code_seen == FPE_FLTDIV && trapno == 19);
	_mm_setcsr(0x1f80);
}

static char alt[65536] __attribute__((aligned(16)));
static volatile int on_alt;

static void where(int sig, siginfo_t *info, void *context)
{
	char here;
	stack_t st;

	(void)info;
	sig_seen = sig;
	sigaltstack(NULL, &st);
	on_alt = &here > alt && &here < alt + sizeof(alt) &&
		 (st.ss_flags & SS_ONSTACK) &&
		 ((ucontext_t *)context)->uc_stack.ss_sp == alt;
	st.ss_flags = SS_DISABLE;
	if (!sigaltstack(&st, NULL) || errno != EPERM)
		on_alt = 0;
	if (sig == SIGSEGV)
		siglongjmp(back, 1);
}

static volatile int forever = 1;

static int __attribute__((noinline)) deeper(volatile char *above)
{
	volatile char page[4096];

	page[0] = above[0];
	return forever ? deeper(page) + page[0] : 0;
}

static void alternate_stack(void)
{
	stack_t st = { .ss_sp = alt, .ss_size = sizeof(alt) }, old;
	struct sigaction sa = { .sa_sigaction = where,
				.sa_flags = SA_SIGINFO | SA_ONSTACK };
	const struct rlimit small = { 1 << 20, RLIM_INFINITY };

	EXPECT(!sigaltstack(&st, NULL));
	EXPECT(!sigaltstack(NULL, &old) && old.ss_sp == alt &&
	       old.ss_size == sizeof(alt) && !old.ss_flags);
	sigaction(SIGUSR1, &sa, NULL);
	on_alt = 0;
	raise(SIGUSR1);
	EXPECT(on_alt);
	st.ss_size = 100;
	EXPECT(sigaltstack(&st, NULL) == -1 && errno == ENOMEM);
	/* a stack that overflows is the classical use */
	sigaction(SIGSEGV, &sa, NULL);
	setrlimit(RLIMIT_STACK, &small);
	on_alt = 0;
	FAULTS(sink = (char)deeper("x"));
	EXPECT(sig_seen == SIGSEGV && on_alt);
	st.ss_flags = SS_DISABLE;
	EXPECT(!sigaltstack(&st, NULL));
	catch_all(0);
}

/* --- the frame --- */
#define MAGIC1 0x46505853u
#define MAGIC2 0x46505845u

static volatile int magic_ok, regs_ok;

static void read_frame(int sig, siginfo_t *info, void *context)
{
	ucontext_t *uc = context;
	const uint8_t *fp = (const uint8_t *)uc->uc_mcontext.fpregs;
	uint32_t magic1, extended, size, magic2;

	(void)sig;
	(void)info;
	memcpy(&magic1, fp + 464, 4);
	memcpy(&extended, fp + 468, 4);
	memcpy(&size, fp + 480, 4);
	memcpy(&magic2, fp + size, 4);
	magic_ok = magic1 == MAGIC1 && magic2 == MAGIC2 &&
		   extended == size + 4 && !((uintptr_t)fp & 63);
	regs_ok = (uc->uc_flags & 7) == 7 &&
		  (uc->uc_mcontext.gregs[REG_CSGSFS] & 0xffff) == 0x33 &&
		  uc->uc_mcontext.gregs[REG_R12] == 0x1234;
	/* xmm6 as an editor of frames sees it: change it */
	memset((uint8_t *)uc->uc_mcontext.fpregs + 160 + 6 * 16, 0x5a, 16);
	uc->uc_mcontext.gregs[REG_R13] = 0x4321;
	/* and clobber what the handler may */
	_mm_setcsr(0x9f80);
	__asm__ volatile("pcmpeqd %%xmm7, %%xmm7\n fninit" : : : "xmm7");
}

static void frame_is_genuine(void)
{
	struct sigaction sa = { .sa_sigaction = read_frame,
				.sa_flags = SA_SIGINFO };
	uint64_t r13, x6, x7, ymm7[4] = { 0 };
	uint16_t cw = 0x27f, cw_after;
	long rc = SYS_tgkill;
	static const uint64_t pattern[4] = { 1, 2, 3, 4 };

	sigaction(SIGUSR2, &sa, NULL);
	__asm__ volatile("fldcw %6\n"
			 "mov $0x1234, %%r12\n"
			 "mov $0x1111, %%r13\n"
			 "vmovdqu %7, %%ymm7\n"
			 "vpxor %%xmm6, %%xmm6, %%xmm6\n"
			 "syscall\n"
			 "mov %%r13, %1\n"
			 "vmovq %%xmm6, %2\n"
			 "vmovq %%xmm7, %3\n"
			 "vmovdqu %%ymm7, %4\n"
			 "fnstcw %5\n"
			 : "+a"(rc), "=&r"(r13), "=&r"(x6), "=&r"(x7),
			   "=m"(ymm7), "=m"(cw_after)
			 : "m"(cw), "m"(pattern), "D"((long)getpid()),
			   "S"((long)gettid()), "d"((long)SIGUSR2)
			 : "rcx", "r11", "r12", "r13", "xmm6", "xmm7",
			   "memory");
	EXPECT(rc == 0);
	EXPECT(magic_ok);
	EXPECT(regs_ok);
	EXPECT(r13 == 0x4321 && x6 == 0x5a5a5a5a5a5a5a5a);
	EXPECT(x7 == 1 && !memcmp(ymm7, pattern, sizeof(pattern)));
	EXPECT(cw_after == 0x27f);
	EXPECT(_mm_getcsr() == 0x1f80);
	__asm__ volatile("fninit");
}

static void skip_ud2(int sig, siginfo_t *info, void *context)
{
	(void)info;
	sig_seen = sig;
	((ucontext_t *)context)->uc_mcontext.gregs[REG_RIP] += 2;
}

static void handler_moves_rip(void)
{
	struct sigaction sa = { .sa_sigaction = skip_ud2,
				.sa_flags = SA_SIGINFO };

	sigaction(SIGILL, &sa, NULL);
	sig_seen = 0;
	__asm__ volatile("ud2");
	EXPECT(sig_seen == SIGILL);
	catch_all(0);
}

/* --- frames that a program forges: what a child dies of --- */
static volatile int forge;

static void forger(int sig, siginfo_t *info, void *context)
{
	ucontext_t *uc = context;
	greg_t *regs = uc->uc_mcontext.gregs;
	uint64_t bits = ~0ull;
	uint32_t mxcsr = ~0u;

	(void)sig;
	(void)info;
	switch (forge) {
	case 0: /* a return to no canonical address */
		regs[REG_RIP] = (greg_t)0x8000000000000000;
		break;
	case 1: /* to memory that is not the program's */
		regs[REG_RIP] = 0x7ffff0000000;
		break;
	case 2: /* a bit of MXCSR that does not exist */
		memcpy((char *)uc->uc_mcontext.fpregs + 24, &mxcsr, 4);
		break;
	case 3: /* FPU state out of reach */
		uc->uc_mcontext.fpregs = (void *)0x7fffffff0000;
		break;
	case 4: /* privileged flags and segments, which are ignored */
		regs[REG_EFL] |= 0x3000 | 0x20000 | 0x4000;
		regs[REG_CSGSFS] = 0x2b0000000010;
		break;
	case 5: /* features that do not exist */
		memcpy((char *)uc->uc_mcontext.fpregs + 512, &bits, 8);
		break;
	}
}

static int forged_status(int what)
{
	struct sigaction sa = { .sa_sigaction = forger,
				.sa_flags = SA_SIGINFO };
	const struct rlimit none = { 0, 0 };
	int status = -1;
	pid_t child = fork();

	if (!child) {
		setrlimit(RLIMIT_CORE, &none);
		signal(SIGSEGV, SIG_DFL);
		forge = what;
		sigaction(SIGUSR1, &sa, NULL);
		raise(SIGUSR1);
		if (what == 4) /* iopl 3 would let this through */
			__asm__ volatile("cli");
		_exit(0);
	}
	waitpid(child, &status, 0);
	return status;
}

static void forged_frames(void)
{
	for (int i = 0; i <= 5; i++) {
		int status = forged_status(i);

		EXPECT(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV);
	}
}

/* No room for a frame: SIGSEGV, and that cannot be handled either. */
static void no_stack_left(void)
{
	const struct rlimit none = { 0, 0 };
	int status = -1;
	pid_t child = fork();

	if (!child) {
		setrlimit(RLIMIT_CORE, &none);
		__asm__ volatile("mov $0x10, %%rsp\n"
				 "syscall\n"
				 "ud2"
				 :
				 : "a"(SYS_tgkill), "D"((long)getpid()),
				   "S"((long)gettid()), "d"((long)SIGFPE)
				 : "memory");
		_exit(0);
	}
	waitpid(child, &status, 0);
	EXPECT(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV);
}

/* A fault whose signal is blocked or ignored ends the process. */
static void blocked_fault_is_fatal(void)
{
	const struct rlimit none = { 0, 0 };
	char *volatile low = (char *)16;

	for (int ignored = 0; ignored < 2; ignored++) {
		int status = -1;
		pid_t child = fork();

		if (!child) {
			sigset_t set;

			setrlimit(RLIMIT_CORE, &none);
			sigemptyset(&set);
			sigaddset(&set, SIGSEGV);
			if (ignored)
				signal(SIGSEGV, SIG_IGN);
			else
				sigprocmask(SIG_BLOCK, &set, NULL);
			*low = 1;
			_exit(0);
		}
		waitpid(child, &status, 0);
		EXPECT(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV);
	}
}

int main(void)
{
	catch_all(0);
	TEST(unmapped_and_protected);
	TEST(data_is_not_executed);
	TEST(behind_the_end_of_a_file);
	TEST(arithmetic_and_instructions);
	TEST(floating_point);
	TEST(alternate_stack);
	TEST(frame_is_genuine);
	TEST(handler_moves_rip);
	TEST(forged_frames);
	TEST(no_stack_left);
	TEST(blocked_fault_is_fatal);
	return verdict_failed;
}
