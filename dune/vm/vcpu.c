// SPDX-License-Identifier: MIT
/*
 * vcpu.c - a virtual CPU: what it has, its tables and registers
 */
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "dune/host/self.h"
#include "dune/vm/entry.h"
#include "dune/vm/machine.h"
#include "dune/vm/pagetable.h"
#include "dune/vm/segment.h"
#include "dune/vm/vcpu.h"

/* --- what the machine offers --- */
#define MAX_CPUID 256
#define PARAVIRTUAL_LEAF 0x40000001u
#define XCR0_USED 0xe7u /* x87 SSE AVX AVX-512: not PKRU, nor AMX */
/* PG AM NE ET MP PE. Not WP: ring 0 writes what ring 3 may only read. */
#define CR0_VALUE 0x80040033u
#define CR4_VALUE 0x506a0u /* PAE PGE OSFXSR OSXMMEXCPT FSGSBASE OSXSAVE */
#define CR4_UMIP (1u << 11)
#define CR4_SMEP (1u << 20)
#define EFER_VALUE 0xd01u     /* SCE LME LMA NXE */
#define SFMASK_VALUE 0x47700u /* TF IF DF IOPL NT AC */

static struct kvm_cpuid2 *cpuid;
static uint64_t xcr0, cr4, address_bits;
static size_t fpu_size;

uint8_t dune_xinit[4096] __attribute__((aligned(64)));
long (*dune_gate)(unsigned nr, const uint64_t arg[6]);

static const struct kvm_cpuid_entry2 *leaf(uint32_t function, uint32_t index)
{
	uint32_t i;

	for (i = 0; i < cpuid->nent; i++)
		if (cpuid->entries[i].function == function &&
		    cpuid->entries[i].index == index)
			return &cpuid->entries[i];
	return NULL;
}

static bool has(uint32_t function, char reg, unsigned bit)
{
	const struct kvm_cpuid_entry2 *e = leaf(function, 0);
	uint32_t v;

	if (!e)
		return false;
	v = reg == 'b' ? e->ebx : reg == 'c' ? e->ecx : e->edx;
	return v >> bit & 1;
}

static uint64_t host_xcr0(void)
{
	uint32_t lo, hi;

	asm volatile("xgetbv" : "=a"(lo), "=d"(hi) : "c"(0));
	return lo | (uint64_t)hi << 32;
}

/* No paravirtual hints: time is the host's, and nobody is to look for more. */
static void hide_hypervisor(void)
{
	uint32_t i;

	for (i = 0; i < cpuid->nent; i++)
		if (cpuid->entries[i].function == PARAVIRTUAL_LEAF)
			cpuid->entries[i].eax = cpuid->entries[i].edx = 0;
}

/* All that our own code, chosen for the host's CPU, may use. */
static int check_features(char *err, size_t err_size)
{
	const struct kvm_cpuid_entry2 *x = leaf(0xd, 0);
	const char *lack = NULL;

	if (!has(0x80000001, 'd', 20))
		lack = "no-execute pages";
	else if (!has(7, 'b', 0))
		lack = "FSGSBASE";
	else if (!has(7, 'b', 7))
		lack = "SMEP";
	else if (!has(1, 'c', 26) || !x)
		lack = "XSAVE";
	else if (xcr0 & ~(uint64_t)x->eax)
		lack = "a vector extension of the host";
	if (!lack)
		return 0;
	snprintf(err, err_size, "KVM does not offer %s", lack);
	return -EOPNOTSUPP;
}

static size_t find_fpu_size(void)
{
	int n = ioctl(vm_kvm_fd(), KVM_CHECK_EXTENSION, KVM_CAP_XSAVE2);

	return n > (int)sizeof(struct kvm_xsave) ? (size_t)n :
						   sizeof(struct kvm_xsave);
}

int vcpu_limits(char *err, size_t err_size)
{
	uint32_t mxcsr = MXCSR_DEFAULT;

	cpuid = calloc(1, sizeof(*cpuid) + MAX_CPUID * sizeof(*cpuid->entries));
	if (!cpuid)
		return -ENOMEM;
	cpuid->nent = MAX_CPUID;
	if (ioctl(vm_kvm_fd(), KVM_GET_SUPPORTED_CPUID, cpuid) < 0)
		return -errno;
	fpu_size = find_fpu_size();
	hide_hypervisor();
	xcr0 = host_xcr0() & XCR0_USED;
	pt_huge = has(0x80000001, 'd', 26);
	cr4 = CR4_VALUE | CR4_SMEP | (has(7, 'c', 2) ? CR4_UMIP : 0);
	address_bits = leaf(0x80000008, 0) ? leaf(0x80000008, 0)->eax & 255 :
					     36;
	memcpy(dune_xinit + 24, &mxcsr, sizeof(mxcsr));
	return check_features(err, err_size);
}

uint64_t vcpu_address_bits(void)
{
	return address_bits;
}

/* --- descriptor tables --- */
static uint64_t idt[2 * VECTORS] __attribute__((aligned(4096)));

static void fill_idt(uint64_t *out)
{
	uint64_t at, dpl, ist;
	unsigned i;

	for (i = 0; i < VECTORS; i++) {
		at = (uint64_t)dune_vectors + i * VECTOR_STUB;
		dpl = i == 3 || i == 4 ? 3 : 0;
		ist = i == 8 ? 2 : 1;
		out[2 * i] = (at & 0xffff) | (uint64_t)SEL_KERNEL_CS << 16 |
			     ist << 32 | UINT64_C(0x8e) << 40 | dpl << 45 |
			     (at >> 16 & 0xffff) << 48;
		out[2 * i + 1] = at >> 32;
	}
}

void vcpu_idt(void)
{
	fill_idt(idt);
}

bool vcpu_idt_is_whole(void)
{
	uint64_t fresh[2 * VECTORS];

	fill_idt(fresh);
	return memcmp(fresh, idt, sizeof(idt)) == 0;
}

/* What "mov" of the selector of the vdso's getcpu() reads: the CPU. */
static uint64_t cpu_node(unsigned cpu)
{
	return UINT64_C(0x0040f50000000000) | (cpu & 0xffff) |
	       (uint64_t)(cpu >> 16 & 0xf) << 48;
}

void vcpu_tables(struct dune_vcpu *v, const struct dune_thread *t)
{
	uint64_t ist = t->stack + EXCEPTION_STACK, base = (uint64_t)v->tss;
	uint16_t iomap = sizeof(v->tss);

	memset(v->gdt, 0, sizeof(v->gdt));
	v->gdt[SEL_KERNEL_CS / 8] = UINT64_C(0x00209b0000000000);
	v->gdt[SEL_KERNEL_SS / 8] = UINT64_C(0x0000930000000000);
	v->gdt[SEL_USER_SS / 8] = UINT64_C(0x0000f30000000000);
	v->gdt[SEL_USER_CS / 8] = UINT64_C(0x0020fb0000000000);
	v->gdt[SEL_TSS / 8] = (base & 0xffffff) << 16 | 103 |
			      UINT64_C(0x8b) << 40 | (base >> 24 & 0xff) << 56;
	v->gdt[SEL_TSS / 8 + 1] = base >> 32;
	v->gdt[SEL_CPU_NODE / 8] = cpu_node(0);
	memset(v->tss, 0, sizeof(v->tss));
	memcpy(v->tss + 4, &t->stack, sizeof(t->stack));
	memcpy(v->tss + 36, &ist, sizeof(ist));
	ist += EXCEPTION_STACK;
	memcpy(v->tss + 44, &ist, sizeof(ist));
	memcpy(v->tss + 102, &iomap, sizeof(iomap));
	v->cpu = 0;
}

/* --- registers --- */
static void ring0_segments(struct dune_thread *t, struct kvm_sregs *s)
{
	struct kvm_segment none = { .unusable = 1 };

	s->cs = flat_segment(SEL_KERNEL_CS, 11, true);
	s->ss = flat_segment(SEL_KERNEL_SS, 3, false);
	s->ds = s->es = s->fs = s->gs = none;
	s->fs.base = t->host_fs;
	s->gs.base = t->self;
}

static int set_sregs(struct dune_thread *t)
{
	struct dune_vcpu *v = t->vcpu;
	struct kvm_sregs s;

	if (ioctl(v->fd, KVM_GET_SREGS, &s) < 0)
		return -errno;
	s.cr0 = CR0_VALUE;
	s.cr3 = t->cr3;
	s.cr4 = cr4;
	s.efer = EFER_VALUE;
	s.gdt.base = (uint64_t)v->gdt;
	s.gdt.limit = sizeof(v->gdt) - 1;
	s.idt.base = (uint64_t)idt;
	s.idt.limit = sizeof(idt) - 1;
	s.tr = (struct kvm_segment){
		.base = (uint64_t)v->tss,
		.limit = sizeof(v->tss) - 1,
		.selector = SEL_TSS,
		.type = 11,
		.present = 1,
	};
	/* a fresh one has a table of 64 KB at address 0: what ring 3 had there
	 * could be a gate to ring 0 */
	s.ldt = (struct kvm_segment){ .unusable = 1 };
	ring0_segments(t, &s);
	return ioctl(v->fd, KVM_SET_SREGS, &s) < 0 ? -errno : 0;
}

struct msrs {
	struct kvm_msrs head;
	struct kvm_msr_entry entry[5];
};

static int set_msrs(int fd)
{
	struct msrs m = {
		.head.nmsrs = 5,
		.entry = {
			/* STAR LSTAR SFMASK KERNEL_GS_BASE TSC_AUX */
			{ .index = 0xc0000081,
			  .data = (uint64_t)(SEL_USER_CS - 16) << 48 |
				  (uint64_t)SEL_KERNEL_CS << 32 },
			{ .index = 0xc0000082,
			  .data = (uint64_t)dune_entry_syscall },
			{ .index = 0xc0000084, .data = SFMASK_VALUE },
			{ .index = 0xc0000102, .data = 0 },
			{ .index = 0xc0000103, .data = 0 },
		},
	};

	/* the last is not there on every CPU */
	return ioctl(fd, KVM_SET_MSRS, &m) < 4 ? -EIO : 0;
}

/* The time stamp counter is the host's. */
static int set_tsc(int fd)
{
	uint64_t offset = 0;
	struct kvm_device_attr a = {
		.group = KVM_VCPU_TSC_CTRL,
		.attr = KVM_VCPU_TSC_OFFSET,
		.addr = (uint64_t)&offset,
	};

	return ioctl(fd, KVM_SET_DEVICE_ATTR, &a) < 0 ? -errno : 0;
}

int vcpu_set_up(struct dune_vcpu *v)
{
	struct kvm_xcrs x = { .nr_xcrs = 1, .xcrs[0].value = xcr0 };
	int rc;

	if (ioctl(v->fd, KVM_SET_CPUID2, cpuid) < 0 ||
	    ioctl(v->fd, KVM_SET_XCRS, &x) < 0)
		return -errno;
	rc = set_msrs(v->fd);
	return rc == 0 ? set_tsc(v->fd) : rc;
}

int vcpu_start(struct dune_thread *t)
{
	struct kvm_regs r = {
		.rip = (uint64_t)dune_leave,
		.rsp = t->stack,
		.rflags = 2,
	};
	struct kvm_vcpu_events e;
	int fd = t->vcpu->fd, rc;

	/* an exception on its way comes again with its instruction */
	if (ioctl(fd, KVM_GET_VCPU_EVENTS, &e) < 0)
		return -errno;
	if (e.exception.injected || e.exception.pending) {
		e.exception.injected = e.exception.pending = 0;
		if (ioctl(fd, KVM_SET_VCPU_EVENTS, &e) < 0)
			return -errno;
	}
	rc = set_sregs(t);
	if (rc == 0 && ioctl(fd, KVM_SET_REGS, &r) < 0)
		rc = -errno;
	return rc;
}

int vcpu_set_cr3(struct dune_thread *t, uint64_t cr3)
{
	struct kvm_sregs s;

	if (ioctl(t->vcpu->fd, KVM_GET_SREGS, &s) < 0)
		return -errno;
	s.cr3 = cr3;
	return ioctl(t->vcpu->fd, KVM_SET_SREGS, &s) < 0 ? -errno : 0;
}

int vcpu_in_user(struct dune_thread *t)
{
	struct kvm_sregs s;

	if (ioctl(t->vcpu->fd, KVM_GET_SREGS, &s) < 0)
		return -errno;
	return (s.cs.selector & 3) == 3;
}

static int kernel_gs(int fd, uint64_t *out)
{
	struct msrs m = { .head.nmsrs = 1, .entry[0].index = 0xc0000102 };

	if (ioctl(fd, KVM_GET_MSRS, &m) != 1)
		return -EIO;
	*out = m.entry[0].data;
	return 0;
}

/* Interrupted on its way out of ring 0: all is in regs but perhaps GS. */
static int capture_leaving(struct dune_thread *t, const struct kvm_sregs *s)
{
	if (t->full)
		return 0;
	t->regs.gs_base = s->gs.base;
	return s->gs.base == t->self ?
		       kernel_gs(t->vcpu->fd, &t->regs.gs_base) :
		       0;
}

int vcpu_capture(struct dune_thread *t, const struct kvm_sregs *s, bool leaving)
{
	struct kvm_regs r;

	if (leaving)
		return capture_leaving(t, s);
	if (ioctl(t->vcpu->fd, KVM_GET_REGS, &r) < 0)
		return -errno;
	t->regs = (struct dune_regs){
		.rax = r.rax,
		.rbx = r.rbx,
		.rcx = r.rcx,
		.rdx = r.rdx,
		.rsi = r.rsi,
		.rdi = r.rdi,
		.rbp = r.rbp,
		.rsp = r.rsp,
		.r8 = r.r8,
		.r9 = r.r9,
		.r10 = r.r10,
		.r11 = r.r11,
		.r12 = r.r12,
		.r13 = r.r13,
		.r14 = r.r14,
		.r15 = r.r15,
		.rip = r.rip,
		.rflags = r.rflags,
		.fs_base = s->fs.base,
		.gs_base = s->gs.base,
	};
	return 0;
}

/* Ring 3 asks the vdso for its CPU, which reads one of these two. */
void vcpu_current_cpu(struct dune_thread *t)
{
	struct dune_vcpu *v = t->vcpu;
	struct msrs m = { .head.nmsrs = 1, .entry[0].index = 0xc0000103 };
	int cpu = sched_getcpu();

	if (cpu == v->cpu || cpu < 0)
		return;
	v->cpu = cpu;
	v->gdt[SEL_CPU_NODE / 8] = cpu_node((unsigned)cpu);
	m.entry[0].data = (unsigned)cpu;
	ioctl(v->fd, KVM_SET_MSRS, &m);
}

/* --- FPU --- */
size_t dune_fpu_size(void)
{
	return fpu_size;
}

int dune_fpu_get(struct dune_thread *t, void *buf)
{
	bool large = dune_fpu_size() > sizeof(struct kvm_xsave);
	unsigned long request = large ? KVM_GET_XSAVE2 : KVM_GET_XSAVE;

	return ioctl(t->vcpu->fd, request, buf) < 0 ? -errno : 0;
}

int dune_fpu_set(struct dune_thread *t, const void *buf)
{
	return ioctl(t->vcpu->fd, KVM_SET_XSAVE, buf) < 0 ? -errno : 0;
}

/* What a fresh process has. */
int vcpu_reset_fpu(struct dune_thread *t)
{
	union {
		struct kvm_xsave x;
		uint8_t byte[sizeof(struct kvm_xsave)];
	} * init;
	uint16_t fcw = FCW_DEFAULT;
	uint32_t mxcsr = MXCSR_DEFAULT;
	int rc;

	init = calloc(1, dune_fpu_size());
	if (!init)
		return -ENOMEM;
	memcpy(init->byte, &fcw, sizeof(fcw));
	memcpy(init->byte + 24, &mxcsr, sizeof(mxcsr));
	rc = dune_fpu_set(t, init);
	free(init);
	return rc;
}
