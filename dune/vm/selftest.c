// SPDX-License-Identifier: MIT
/*
 * selftest.c - can this host do it: a tiny guest that enters ring 3
 *
 * That /dev/kvm is there proves nothing: some emulate what is not plain, others
 * are slow. The guest is one piece of memory, its addresses are its physical
 * ones. Ring 3 makes round trips of syscall and sysret and times each; then it
 * touches what it must not. A child runs it, so that a host that hangs or
 * kills costs a bounded time and nothing else.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "dune/dune.h"
#include "dune/vm/entry.h"
#include "dune/vm/segment.h"
#include "dune/vm/selftest.h"

#define ROUNDS 10000
#define MAX_RATIO 4
/* A host that emulates uses CPU time; one that hangs at least this. */
#define HANGS_MS 2000u

/* --- the guest's memory --- */
enum {
	AT_PML4 = 0x0000,
	AT_PDPT = 0x1000,
	AT_PD = 0x2000,
	AT_PT = 0x3000,
	AT_GDT = 0x4000,
	AT_IDT = 0x5000,
	AT_TSS = 0x6000,
	AT_STACK = 0x7000, /* ring 0's: one page, all exceptions */
	AT_CODE0 = 0x8000,
	AT_REPORT = 0x9000,
	AT_CODE3 = 0xa000,  /* from here on ring 3's */
	AT_STACK3 = 0xb000, /* may not be executed */
	AT_TIMES = 0xc000,
	SIZE = AT_TIMES + ROUNDS * 4 / 4096 * 4096 + 4096,
};
#define BASE 0x40000000u /* of it all, in the guest: what ST_* count from */

struct guest {
	int kvm, vm, vcpu;
	struct kvm_run *run;
	size_t run_size;
	uint8_t *mem;
};

/* What the child tells. */
struct answer {
	int rc; /* 0 or -errno: could not be run */
	bool right;
	char why[160];
	uint64_t round_trip_ns, native_ns;
};

static int wrong(struct answer *a, int rc, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(a->why, sizeof(a->why), format, args);
	va_end(args);
	return rc;
}

static uint64_t *entry(struct guest *g, unsigned table, unsigned i)
{
	return (uint64_t *)(g->mem + table) + i;
}

static void build_tables(struct guest *g)
{
	const uint64_t user = UINT64_C(4), nx = UINT64_C(1) << 63;
	unsigned at;
	uint64_t flags;

	*entry(g, AT_PML4, 0) = (BASE + AT_PDPT) | 0x67;
	*entry(g, AT_PDPT, BASE >> 30) = (BASE + AT_PD) | 0x67;
	*entry(g, AT_PD, 0) = (BASE + AT_PT) | 0x67;
	for (at = 0; at < SIZE; at += 4096) {
		flags = 0x63;
		if (at >= AT_CODE3)
			flags |= user | (at == AT_CODE3 ? 0 : nx);
		*entry(g, AT_PT, at >> 12) = (BASE + at) | flags;
	}
}

static void build_idt(struct guest *g)
{
	uint64_t at =
		BASE + AT_CODE0 + (uint64_t)(selftest_fault - selftest_ring0);

	/* only page faults are expected; all else is a triple fault */
	*entry(g, AT_IDT, 28) = (at & 0xffff) | (uint64_t)SEL_KERNEL_CS << 16 |
				UINT64_C(0x8e) << 40 |
				(at >> 16 & 0xffff) << 48;
	*entry(g, AT_IDT, 29) = at >> 32;
}

static void build(struct guest *g)
{
	uint64_t stack = BASE + AT_STACK + 4096;

	build_tables(g);
	*entry(g, AT_GDT, SEL_KERNEL_CS / 8) = UINT64_C(0x00209b0000000000);
	*entry(g, AT_GDT, SEL_KERNEL_SS / 8) = UINT64_C(0x0000930000000000);
	*entry(g, AT_GDT, SEL_USER_SS / 8) = UINT64_C(0x0000f30000000000);
	*entry(g, AT_GDT, SEL_USER_CS / 8) = UINT64_C(0x0020fb0000000000);
	build_idt(g);
	memcpy(g->mem + AT_TSS + 4, &stack, sizeof(stack));
	memcpy(g->mem + AT_CODE0, selftest_ring0,
	       (size_t)(selftest_ring0_end - selftest_ring0));
	memcpy(g->mem + AT_CODE3, selftest_ring3,
	       (size_t)(selftest_ring3_end - selftest_ring3));
	*(uint64_t *)(g->mem + AT_REPORT) = ST_SECRET;
}

/* --- the vCPU --- */
static int set_registers(struct guest *g)
{
	struct kvm_regs r = { .rip = BASE + AT_CODE0,
			      .rsp = BASE + AT_STACK + 4096,
			      .rflags = 2 };
	struct kvm_sregs s;
	struct {
		struct kvm_msrs head;
		struct kvm_msr_entry entry[3];
	} m = { .head.nmsrs = 3 };

	if (ioctl(g->vcpu, KVM_GET_SREGS, &s) < 0)
		return -errno;
	s.cr0 = 0x80050033;
	s.cr3 = BASE + AT_PML4;
	s.cr4 = 0x6a0;
	s.efer = 0xd01;
	s.cs = flat_segment(SEL_KERNEL_CS, 11, true);
	s.ds = s.es = s.fs = s.gs = s.ss =
		flat_segment(SEL_KERNEL_SS, 3, false);
	s.gdt.base = BASE + AT_GDT;
	s.gdt.limit = 127;
	s.idt.base = BASE + AT_IDT;
	s.idt.limit = 511;
	s.tr = (struct kvm_segment){ .base = BASE + AT_TSS,
				     .limit = 103,
				     .selector = SEL_TSS,
				     .type = 11,
				     .present = 1 };
	m.entry[0].index = 0xc0000081;
	m.entry[0].data = (uint64_t)(SEL_USER_CS - 16) << 48 |
			  (uint64_t)SEL_KERNEL_CS << 32;
	m.entry[1].index = 0xc0000082;
	m.entry[1].data =
		BASE + AT_CODE0 + (uint64_t)(selftest_syscall - selftest_ring0);
	m.entry[2].index = 0xc0000084;
	m.entry[2].data = 0x47700;
	if (ioctl(g->vcpu, KVM_SET_SREGS, &s) < 0 ||
	    ioctl(g->vcpu, KVM_SET_REGS, &r) < 0)
		return -errno;
	return ioctl(g->vcpu, KVM_SET_MSRS, &m) == 3 ? 0 : -EIO;
}

static int set_cpuid(struct guest *g)
{
	struct kvm_cpuid2 *c =
		calloc(1, sizeof(*c) + 256 * sizeof(*c->entries));
	int rc = 0;

	if (!c)
		return -ENOMEM;
	c->nent = 256;
	if (ioctl(g->kvm, KVM_GET_SUPPORTED_CPUID, c) < 0 ||
	    ioctl(g->vcpu, KVM_SET_CPUID2, c) < 0)
		rc = -errno;
	free(c);
	return rc;
}

static int open_guest(struct guest *g)
{
	struct kvm_userspace_memory_region r = { .guest_phys_addr = BASE,
						 .memory_size = SIZE };
	uint64_t identity = UINT64_C(0xfffbc000);
	int n;

	g->vm = ioctl(g->kvm, KVM_CREATE_VM, 0);
	if (g->vm < 0)
		return -errno;
	g->mem = mmap(NULL, SIZE, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (g->mem == MAP_FAILED)
		return -errno;
	r.userspace_addr = (uint64_t)g->mem;
	if (ioctl(g->vm, KVM_SET_IDENTITY_MAP_ADDR, &identity) < 0 ||
	    ioctl(g->vm, KVM_SET_TSS_ADDR, 0xfffbd000u) < 0 ||
	    ioctl(g->vm, KVM_SET_USER_MEMORY_REGION, &r) < 0)
		return -errno;
	g->vcpu = ioctl(g->vm, KVM_CREATE_VCPU, 0);
	if (g->vcpu < 0)
		return -errno;
	n = ioctl(g->kvm, KVM_GET_VCPU_MMAP_SIZE, 0);
	if (n < 0)
		return -errno;
	g->run = mmap(NULL, (size_t)n, PROT_READ | PROT_WRITE, MAP_SHARED,
		      g->vcpu, 0);
	if (g->run == MAP_FAILED)
		return -errno;
	n = set_cpuid(g);
	if (n < 0)
		return n;
	build(g);
	return set_registers(g);
}

/* --- the questions --- */
/* On to the next OUT; its port, or -1 with the reason in a. */
static int next_exit(struct guest *g, struct answer *a)
{
	if (ioctl(g->vcpu, KVM_RUN, 0) < 0)
		return wrong(a, -1, "the guest does not run: %s",
			     strerror(errno));
	if (g->run->exit_reason != KVM_EXIT_IO)
		return wrong(a, -1, "the guest's ring 3 fails (exit %u)",
			     g->run->exit_reason);
	return g->run->io.port;
}

static bool round_trips(struct guest *g, struct answer *a)
{
	const struct selftest_report *r = (void *)(g->mem + AT_REPORT);
	int port = next_exit(g, a);

	if (port < 0)
		return false;
	if (port != ST_PORT_DONE || r->calls != ROUNDS || r->wrong ||
	    r->ring3_cs != SEL_USER_CS)
		return wrong(a, false,
			     "/dev/kvm does not run its test guest right "
			     "(%llu of %u system calls answered, %llu of them "
			     "wrong); it may be emulated",
			     (unsigned long long)r->calls, ROUNDS,
			     (unsigned long long)r->wrong);
	return true;
}

/* Ring 3 touches `at` in the way of this step: a page fault with this error. */
static bool faults(struct guest *g, struct answer *a, uint64_t err, uint64_t at,
		   const char *what)
{
	const struct selftest_report *r = (void *)(g->mem + AT_REPORT);
	int port = next_exit(g, a);

	if (port < 0)
		return false;
	if (port != ST_PORT_FAULT || r->err != err || r->cr2 != at)
		return wrong(a, false, "ring 3 can %s", what);
	return true;
}

static bool right_answers(struct guest *g, struct answer *a)
{
	return round_trips(g, a) &&
	       faults(g, a, 5, BASE + AT_REPORT, "read ring 0's memory") &&
	       faults(g, a, 7, BASE + AT_REPORT, "write ring 0's memory") &&
	       faults(g, a, 0x15, BASE + AT_STACK3, "execute data") &&
	       *(uint64_t *)(g->mem + AT_REPORT) == ST_SECRET;
}

/* --- time --- */
static int by_value(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

static uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

static uint64_t ticks(void)
{
	uint32_t lo, hi;

	asm volatile("lfence; rdtsc" : "=a"(lo), "=d"(hi) : : "memory");
	return lo | (uint64_t)hi << 32;
}

static uint32_t median(uint32_t *v)
{
	qsort(v, ROUNDS, sizeof(*v), by_value);
	return v[ROUNDS / 2];
}

/* Both are counted in ticks of the same counter, in the same way. */
static void compare(struct guest *g, struct answer *a)
{
	static uint32_t native[ROUNDS];
	uint64_t t0 = now_ns(), c0 = ticks(), start;
	double ns_per_tick;
	unsigned i;

	for (i = 0; i < ROUNDS; i++) {
		start = ticks();
		syscall(SYS_getppid);
		native[i] = (uint32_t)(ticks() - start);
	}
	ns_per_tick = (double)(now_ns() - t0) / (double)(ticks() - c0 + 1);
	a->native_ns = (uint64_t)(median(native) * ns_per_tick);
	a->round_trip_ns = (uint64_t)(median((uint32_t *)(g->mem + AT_TIMES)) *
				      ns_per_tick);
}

static void examine(struct answer *a)
{
	struct guest g = { .kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC) };
	int rc;

	if (g.kvm < 0) {
		a->rc = wrong(a, -errno, "/dev/kvm: %s", strerror(errno));
		return;
	}
	rc = open_guest(&g);
	if (rc < 0) {
		a->rc = wrong(a, rc, "no guest can be made: %s", strerror(-rc));
		return;
	}
	a->right = right_answers(&g, a);
	if (a->right)
		compare(&g, a);
}

/* --- the child --- */
static int read_answer(int fd, struct answer *a, unsigned limit_ms)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	unsigned hangs_ms = limit_ms > HANGS_MS ? limit_ms : HANGS_MS;
	uint64_t end = now_ns() + hangs_ms * UINT64_C(1000000), now;

	while ((now = now_ns()) < end) {
		if (poll(&p, 1, (int)((end - now) / 1000000) + 1) <= 0)
			continue;
		if (read(fd, a, sizeof(*a)) == sizeof(*a))
			return 0;
		return wrong(a, -ETIMEDOUT,
			     "a tiny guest takes more than %u ms of CPU time",
			     limit_ms);
	}
	return wrong(a, -ETIMEDOUT, "a tiny guest takes more than %u ms",
		     hangs_ms);
}

/* One that sends no signal to us, and that no wait() of a program finds. */
static pid_t quiet_fork(void)
{
	return (pid_t)syscall(SYS_clone, 0, NULL, NULL, NULL, 0);
}

/* One that hangs in the kernel stays behind. */
static void reap(pid_t pid)
{
	unsigned ms;

	for (ms = 0; ms < 100 && waitpid(pid, NULL, __WALL | WNOHANG) != pid;
	     ms++)
		usleep(1000);
}

static void limit_cpu_time(unsigned ms)
{
	struct itimerval it = { .it_value.tv_sec = ms / 1000,
				.it_value.tv_usec = ms % 1000 * 1000 };
	sigset_t prof;

	signal(SIGPROF, SIG_DFL);
	sigemptyset(&prof);
	sigaddset(&prof, SIGPROF);
	sigprocmask(SIG_UNBLOCK, &prof, NULL);
	setitimer(ITIMER_PROF, &it, NULL);
}

static int ask_child(struct answer *a, unsigned limit_ms)
{
	int fd[2];
	pid_t pid;
	int rc;

	if (pipe2(fd, O_CLOEXEC) < 0)
		return wrong(a, -errno, "pipe: %s", strerror(errno));
	pid = quiet_fork();
	if (pid == 0) {
		limit_cpu_time(limit_ms);
		examine(a);
		_exit(write(fd[1], a, sizeof(*a)) != sizeof(*a));
	}
	close(fd[1]);
	rc = pid < 0 ? wrong(a, -errno, "clone: %s", strerror(errno)) :
		       read_answer(fd[0], a, limit_ms);
	close(fd[0]);
	if (pid > 0) {
		kill(pid, SIGKILL);
		reap(pid);
	}
	return rc;
}

int dune_selftest(struct dune_verdict *out, unsigned limit_ms)
{
	struct answer a = { .rc = 0 };
	int rc = ask_child(&a, limit_ms);

	memset(out, 0, sizeof(*out));
	memcpy(out->why, a.why, sizeof(out->why));
	if (rc < 0 || a.rc < 0)
		return rc < 0 ? rc : a.rc;
	out->right = a.right;
	out->round_trip_ns = a.round_trip_ns;
	out->native_ns = a.native_ns;
	out->usable = a.right && a.round_trip_ns <= MAX_RATIO * a.native_ns;
	if (a.right)
		snprintf(out->why, sizeof(out->why),
			 "a round trip to ring 0 takes %llu ns, getppid "
			 "%llu ns%s",
			 (unsigned long long)a.round_trip_ns,
			 (unsigned long long)a.native_ns,
			 out->usable ? "" : ": too slow");
	return 0;
}
