/* SPDX-License-Identifier: MIT */
/*
 * vcpu.h - a virtual CPU: what it has, its tables and registers
 */
#ifndef IX_DUNE_VM_VCPU_H
#define IX_DUNE_VM_VCPU_H

#include <linux/kvm.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dune/host/self.h"

#define EXCEPTION_STACK 8192 /* each of two, above ring 0's */
struct dune_vcpu {
	int fd;
	struct kvm_run *run;
	struct dune_thread *thread; /* 0: in the pool */
	pid_t tid;		    /* who has run it last */
	struct dune_vcpu *next;	    /* of all */
	uint64_t gdt[16];
	uint8_t tss[104];
	int cpu; /* that ring 3 is told */
};
int vcpu_limits(char *err, size_t err_size);
uint64_t vcpu_address_bits(void);
void vcpu_idt(void);
bool vcpu_idt_is_whole(void);
int vcpu_set_up(struct dune_vcpu *v); /* one that has never run */
void vcpu_tables(struct dune_vcpu *v, const struct dune_thread *t);
int vcpu_reset_fpu(struct dune_thread *t); /* as a fresh process has it */
/* Start in ring 0 at dune_leave, on the way to ring 3. */
int vcpu_start(struct dune_thread *t);
/* Registers of an interrupted ring 3 to t->regs. */
int vcpu_capture(struct dune_thread *t, const struct kvm_sregs *s,
		 bool leaving);
int vcpu_set_cr3(struct dune_thread *t, uint64_t cr3);
/* Is it in ring 3? 1, 0 or -errno. */
int vcpu_in_user(struct dune_thread *t);
void vcpu_current_cpu(struct dune_thread *t);

/* FPU state of ring 3, XSAVE format; size in bytes of the buffer. */
size_t dune_fpu_size(void);
int dune_fpu_get(struct dune_thread *t, void *buf);
int dune_fpu_set(struct dune_thread *t, const void *buf);
/* What ring 3 gets instead of the dataplane's extended registers; the gate. */
extern uint8_t dune_xinit[];
extern long (*dune_gate)(unsigned nr, const uint64_t arg[6]);

#endif
