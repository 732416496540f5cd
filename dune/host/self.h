/* SPDX-License-Identifier: MIT */
/*
 * self.h - a thread of the program, and what the guest was given
 */
#ifndef IX_DUNE_HOST_SELF_H
#define IX_DUNE_HOST_SELF_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "dune/dune.h"

/* Registers of ring 3 while it is not running. entry.S knows the offsets. */
struct dune_regs {
	uint64_t rax, rbx, rcx, rdx, rsi, rdi, rbp, rsp;
	uint64_t r8, r9, r10, r11, r12, r13, r14, r15;
	uint64_t rip, rflags, fs_base, gs_base;
};

/* What ring 0 tells the host with an exit. */
enum dune_exit {
	DUNE_EXIT_SYSCALL = 1, /* of ring 3: regs are complete */
	DUNE_EXIT_EXCEPTION,   /* regs (ring 3's) or trap.* are complete */
	DUNE_EXIT_RING0_SYSCALL,
	DUNE_EXIT_KICK, /* after a gate call, if kick was set meanwhile */
};

struct dune_trap {
	uint64_t vec, err, rip, cs, rflags, rsp, cr2;
};

/*
 * A program thread: host thread, vCPU and ring-0 stack. GS points here in
 * ring 0. Lies in memory that ring 3 cannot see.
 */
struct dune_thread {
	/* entry.S: offsets are asserted in entry.h */
	uint64_t self;	  /* address of this */
	uint64_t stack;	  /* top of the ring-0 stack */
	uint64_t host_fs; /* TLS of the host thread */
	uint64_t exit;	  /* enum dune_exit */
	uint64_t result;  /* of a system call of ring 0 */
	uint64_t full;	  /* go back to ring 3 by iretq, all registers */
	uint64_t kick;	  /* leave the guest at the end of a gate call */
	uint64_t scratch;
	struct dune_regs regs;
	struct dune_trap trap;
	uint64_t ring0_arg[7]; /* number and arguments of a ring-0 syscall */
	uint64_t flush;	       /* load cr3 before ring 3 runs again */
	uint64_t cr3;
	uint32_t mxcsr; /* of ring 3, during a gate call */
	uint32_t fcw;

	/* vm/: run.c, vcpu.c */
	int in_guest; /* may have translations cached; atomic */
	int strict;   /* replaying an -EFAULT: which attempt */
	bool reset;   /* the vCPU is to start at dune_leave, from regs */
	int vcpu_fd;
	struct kvm_run *run;
	struct dune_vcpu *vcpu;
	struct dune_stats stats;

	/* sys/mediate.c, task/deliver.c */
	int64_t nr; /* of the system call, for its restart; -1: never */

	/* task/threads.c, thread.c, robust.c */
	pthread_t host;
	pid_t tid;
	bool is_main;
	uint64_t clear_tid;   /* CLONE_CHILD_CLEARTID */
	uint64_t robust_list; /* head, program's address; 0: none */
	struct dune_thread *next;

	/* task/sighost.c */
	struct dune_signals *signals;
};
extern __thread struct dune_thread *dune_self;
extern struct dune_config dune_config;

#endif
