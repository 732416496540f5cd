// SPDX-License-Identifier: MIT
/*
 * fatal.c - the end of the process by an error of ours, with a report
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "dune/host/core.h"
#include "dune/host/self.h"
#include "dune/vm/entry.h"
#include "dune/vm/fatal.h"
#include "dune/vm/pagetable.h"
#include "dune/vm/tables.h"
#include "dune/vm/vcpu.h"

static void say(const char *name, uint64_t v)
{
	dprintf(2, "  %-8s %#018llx\n", name, (unsigned long long)v);
}

/* What the CPU pushed on a stack of exceptions that ends at top. */
static void say_frame(const char *name, uint64_t top)
{
	const uint64_t *f = (const uint64_t *)top - 5;

	dprintf(2, "  %-8s rip %#llx cs %#llx rflags %#llx rsp %#llx\n", name,
		(unsigned long long)f[0], (unsigned long long)f[1],
		(unsigned long long)f[2], (unsigned long long)f[3]);
}

static void say_entry(const char *name, uint64_t va)
{
	dprintf(2, "  %-8s %#llx, its entry %#llx\n", name,
		(unsigned long long)va,
		(unsigned long long)pt_lookup(&dune_pt, va));
}

/*
 * What is left when KVM has reset the vCPU (SVM's shutdown): where ring 3 came
 * from, and whether all is there that an exception needs.
 */
static void report_traces(struct dune_thread *t)
{
	struct dune_vcpu *v = t->vcpu;
	const uint64_t *arg = (const uint64_t *)t->stack - 6;
	struct dune_vcpu fresh;

	dprintf(2,
		"  exit %llu full %llu kick %llu flush %llu strict %d "
		"runs %llu efaults %llu interrupts %llu\n",
		(unsigned long long)t->exit, (unsigned long long)t->full,
		(unsigned long long)t->kick, (unsigned long long)t->flush,
		t->strict, (unsigned long long)t->stats.runs,
		(unsigned long long)t->stats.efaults,
		(unsigned long long)t->stats.interrupts);
	dprintf(2,
		"  ring 3: rip %#llx rsp %#llx rax %#llx; gate(%#llx, "
		"%#llx, %#llx, %#llx)\n",
		(unsigned long long)t->regs.rip,
		(unsigned long long)t->regs.rsp,
		(unsigned long long)t->regs.rax, (unsigned long long)arg[0],
		(unsigned long long)arg[1], (unsigned long long)arg[2],
		(unsigned long long)arg[3]);
	say_frame("ist 1", t->stack + EXCEPTION_STACK);
	say_frame("ist 2", t->stack + 2 * EXCEPTION_STACK);
	say_entry("stack", t->stack - 8);
	say_entry("tables", dune_pt.gpa ? (uint64_t)dune_pt.page : 0);
	say_entry("gdt, tss", (uint64_t)v->gdt);
	say_entry("code", (uint64_t)dune_entry_syscall);
	fresh = *v;
	vcpu_tables(&fresh, t);
	if (memcmp(fresh.gdt, v->gdt, SEL_TSS) ||
	    memcmp(fresh.tss, v->tss, sizeof(v->tss)) || !vcpu_idt_is_whole())
		dprintf(2, "  gdt, tss or idt were overwritten\n");
}

static void report(struct dune_thread *t)
{
	struct kvm_regs r = { 0 };
	struct kvm_sregs s = { 0 };

	ioctl(t->vcpu->fd, KVM_GET_REGS, &r);
	ioctl(t->vcpu->fd, KVM_GET_SREGS, &s);
	dprintf(2, "  exit %u, ring %u\n", t->run->exit_reason,
		s.cs.selector & 3);
	say("rip", r.rip);
	say("rsp", r.rsp);
	say("rflags", r.rflags);
	say("rax", r.rax);
	say("rcx", r.rcx);
	say("rdi", r.rdi);
	say("rsi", r.rsi);
	say("cr2", s.cr2);
	say("cr3", s.cr3);
	say("fs", s.fs.base);
	say("gs", s.gs.base);
	dprintf(2, "  last exception %llu, error %#llx\n",
		(unsigned long long)t->trap.vec,
		(unsigned long long)t->trap.err);
	say("at", t->trap.rip);
	say("cr2", t->trap.cr2);
	say("our text", (uint64_t)dune_entry_syscall);
	if (t->run->exit_reason == KVM_EXIT_SHUTDOWN)
		report_traces(t);
}

void dune_fatal(struct dune_thread *t, const char *what)
{
	dprintf(2, "dune: %s\n", what);
	if (t && t->vcpu)
		report(t);
	core_none();
	signal(SIGABRT, SIG_DFL);
	abort();
}
