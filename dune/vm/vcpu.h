/* SPDX-License-Identifier: MIT */
/*
 * vcpu.h - a virtual CPU: its features, descriptor tables, registers and FPU
 */
#ifndef IX_DUNE_VM_VCPU_H
#define IX_DUNE_VM_VCPU_H

#include <linux/kvm.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dune/host/self.h"

/* Bytes of each of the two stacks for exceptions (IST 1, and IST 2 for a double
 * fault), which lie above the ring-0 stack. */
#define EXCEPTION_STACK 8192
struct dune_vcpu {
	int fd;
	struct kvm_run *run;
	struct dune_thread *thread; /* that has it; NULL: in the pool */
	pid_t tid;		    /* the host thread that had it last */
	struct dune_vcpu *next;	    /* in the list of all */
	uint64_t gdt[16];
	uint8_t tss[104];
	int cpu; /* the CPU's number that ring 3's getcpu() reads */
};
/* Read from KVM what a guest's CPU can do, and check that it suffices: 0, or
 * -errno, perhaps with one line in err. */
int vcpu_limits(char *err, size_t err_size);
/* The width of a guest-physical address in bits. */
uint64_t vcpu_address_bits(void);
/* Fill the IDT, which all vCPUs share; is it still as it was filled? */
void vcpu_idt(void);
bool vcpu_idt_is_whole(void);
/* Set CPUID, XCR0, MSRs and the TSC of a new vCPU: 0 or -errno. */
int vcpu_set_up(struct dune_vcpu *v);
/* Fill v's GDT and TSS for a thread. */
void vcpu_tables(struct dune_vcpu *v, const struct dune_thread *t);
/* Load the FPU state of a fresh process: 0 or -errno. */
int vcpu_reset_fpu(struct dune_thread *t);
/* Set the registers such that the vCPU starts in ring 0 at dune_leave, which
 * goes on to ring 3 with t->regs: 0 or -errno. */
int vcpu_start(struct dune_thread *t);
/* Make t->regs complete for a vCPU that was interrupted in ring 3 or, if
 * `leaving`, between dune_leave and dune_leave_end: 0 or -errno. */
int vcpu_capture(struct dune_thread *t, const struct kvm_sregs *s,
		 bool leaving);
int vcpu_set_cr3(struct dune_thread *t, uint64_t cr3);
/* Is the vCPU in ring 3? Returns 1, 0 or -errno. */
int vcpu_in_user(struct dune_thread *t);
/* Tell ring 3 on which CPU its host thread runs, for getcpu() of the vdso. */
void vcpu_current_cpu(struct dune_thread *t);

/* The size in bytes of ring 3's FPU state, in XSAVE format; get and set it. */
size_t dune_fpu_size(void);
int dune_fpu_get(struct dune_thread *t, void *buf);
int dune_fpu_set(struct dune_thread *t, const void *buf);
/* The extended registers that ring 3 gets after a gate call, instead of what
 * the dataplane left there (XSAVE format); and the gate's function. */
extern uint8_t dune_xinit[];
extern long (*dune_gate)(unsigned nr, const uint64_t arg[6]);

#endif
