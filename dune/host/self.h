/* SPDX-License-Identifier: MIT */
/*
 * self.h - struct dune_thread, a thread of the program; the configuration
 */
#ifndef IX_DUNE_HOST_SELF_H
#define IX_DUNE_HOST_SELF_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "dune/dune.h"

/* Registers of ring 3 while it is not running. entry.S uses these offsets. */
struct dune_regs {
	uint64_t rax, rbx, rcx, rdx, rsi, rdi, rbp, rsp;
	uint64_t r8, r9, r10, r11, r12, r13, r14, r15;
	uint64_t rip, rflags, fs_base, gs_base;
};

/* Why ring 0 exits to the host. */
enum dune_exit {
	DUNE_EXIT_SYSCALL = 1,	 /* a system call of ring 3, in regs */
	DUNE_EXIT_EXCEPTION,	 /* trap; if of ring 3, regs are complete */
	DUNE_EXIT_RING0_SYSCALL, /* a system call of ring 0, in ring0_arg */
	DUNE_EXIT_KICK,		 /* kick was set when ring 0 was leaving */
};

/* An exception: vector, error code, what the CPU pushed, and CR2. */
struct dune_trap {
	uint64_t vec, err, rip, cs, rflags, rsp, cr2;
};

/*
 * A program thread: a host thread, a vCPU and a ring-0 stack. The address of
 * this structure is the GS base in ring 0. Ring 3 cannot see its memory.
 */
struct dune_thread {
	/* entry.S uses these; their offsets are asserted in entry.h. */
	uint64_t self;	  /* address of this structure */
	uint64_t stack;	  /* top of the ring-0 stack */
	uint64_t host_fs; /* FS base (TLS) of the host thread */
	uint64_t exit;	  /* enum dune_exit: why ring 0 exited */
	uint64_t result;  /* the host's, of a system call of ring 0 */
	uint64_t full;	  /* 1: to ring 3 by iretq with all of regs; 0: sysretq,
			   * for which rcx, r11 and gs_base need not be right */
	uint64_t kick;	  /* 1: exit to the host instead of going to ring 3 */
	uint64_t scratch;
	struct dune_regs regs;
	struct dune_trap trap;
	uint64_t ring0_arg[7]; /* number and arguments of a ring-0 syscall */
	uint64_t flush;	       /* 1: reload cr3 before ring 3 runs again */
	uint64_t cr3;	       /* root of the usual page tables */
	uint32_t mxcsr;	       /* ring 3's, during a gate call */
	uint32_t fcw;	       /* x87 control word, likewise */

	/* vm/run.c, vm/vcpu.c, vm/replay.c */
	int in_guest; /* KVM_RUN is under way: the vCPU may use translations
		       * that have changed; accessed atomically */
	int strict;   /* attempt at replaying an EFAULT: 1 or 2; 0: none */
	bool reset;   /* the vCPU is to start anew at dune_leave, from regs */
	int vcpu_fd;
	struct kvm_run *run;
	struct dune_vcpu *vcpu;
	struct dune_stats stats;

	/* sys/mediate.c, task/deliver.c */
	int64_t nr; /* number of the last system call, to restart it; -1: it
		     * must not be restarted */

	/* task/threads.c, thread.c, robust.c */
	pthread_t host;
	pid_t tid;
	bool is_main;
	uint64_t clear_tid;	  /* CLONE_CHILD_CLEARTID's address; 0: none */
	uint64_t robust_list;	  /* address of the list's head; 0: none */
	struct dune_thread *next; /* in the list of threads.c */

	/* task/sighost.c */
	struct dune_signals *signals;
};
/* The program thread that this host thread runs; NULL: none. */
extern __thread struct dune_thread *dune_self;
extern struct dune_config dune_config;

#endif
