/* SPDX-License-Identifier: MIT */
/*
 * internal.h - what the files of dune/ share
 *
 *	vm.c			the virtual machine: start, rebuild after a fork
 *	windows.c, maps.c	what of this process's memory the guest has
 *	pagetable.c, tables.c	page tables; the guest's
 *	vcpu.c			one vCPU: its tables and registers
 *	entry.S, run.c		ring 0's entry and exit, the KVM_RUN loop
 *	trap.c			exceptions, -EFAULT and who gets them
 *	uaccess.S		copies that survive bad addresses
 *	pool.c			vCPUs and the threads that have them
 *	stats.c			KVM's own counters
 *	selftest.c		can this host do it
 *	aspace.c, mapped.c, extents.c	the program's memory: mmap and its relatives
 *	user.c			copies from and to it
 *	elf.c, stack.c		the loader
 *	syscalls.def, mediate*.c	the table of calls
 *	args.c, table_check.c	arguments by type; what a row must not say
 *	open.c, walk.c, object.c, proc.c	objects that a path must not reach
 *	fds.c			descriptors, likewise
 *	signal.c, sigframe.c, sigcalls.c	signals
 *	native.S, native.c	calls that a signal interrupts
 *	thread.c, fork.c, exec.c	threads and processes
 *	creds.c			the credentials that an exec has
 *	core.c			what a core file holds
 */
#ifndef IX_DUNE_INTERNAL_H
#define IX_DUNE_INTERNAL_H

#include <pthread.h>
#include <signal.h>
#include <sys/types.h>

#include "dune/dune.h"

/* --- the program's address space: see docs/protection.md --- */
#define WINDOW_BASE DUNE_WINDOW_BASE
#define WINDOW_END DUNE_WINDOW_END
#define WINDOW_SIZE (WINDOW_END - WINDOW_BASE)
#define LOW_BASE DUNE_LOW_BASE
#define LOW_END DUNE_LOW_END

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

	/* run.c, vcpu.c */
	int in_guest; /* may have translations cached; atomic */
	int strict;   /* replaying an -EFAULT: which attempt */
	bool reset;   /* the vCPU is to start at dune_leave, from regs */
	int vcpu_fd;
	struct kvm_run *run;
	struct dune_vcpu *vcpu;
	struct dune_stats stats;

	/* mediate.c, signal.c */
	int64_t nr; /* of the system call, for its restart; -1: never */

	/* thread.c */
	pthread_t host;
	pid_t tid;
	bool is_main;
	uint64_t clear_tid;   /* CLONE_CHILD_CLEARTID */
	uint64_t robust_list; /* head, program's address; 0: none */
	struct dune_thread *next;

	/* signal.c */
	struct dune_signals *signals;
};
extern __thread struct dune_thread *dune_self;
extern struct dune_config dune_config;

/* --- vm.c, pagetable.c, vcpu.c, run.c, trap.c --- */
/* A new thread structure, with a vCPU from the pool. Called by the host
 * thread that will run it. */
int dune_thread_init(struct dune_thread **out);
void dune_thread_release(struct dune_thread *t); /* vCPU back to the pool */
/* In the child of a fork: the VM is bound to the parent's mm. t keeps regs; the
 * FPU's state is a fresh one. */
int dune_vm_rebuild(struct dune_thread *t);
/* Run ring 3 from t->regs until the thread ends. */
void dune_run_user(struct dune_thread *t) __attribute__((noreturn));
/* Ring 3 may execute [start, end) from now on, or may not any more. What may
 * be read and written is the host mapping's affair. Flushes what other vCPUs
 * have cached. */
void dune_exec_range(uint64_t start, uint64_t end, bool executable);
/* FPU state of ring 3, XSAVE format; size in bytes of the buffer. */
size_t dune_fpu_size(void);
int dune_fpu_get(struct dune_thread *t, void *buf);
int dune_fpu_set(struct dune_thread *t, const void *buf);
/* Make t leave the guest before ring 3 runs on (async-signal-safe, for its own
 * thread). kick.h has the same from another thread. */
void dune_kick(struct dune_thread *t);
/* Make [LOW_BASE, LOW_END) program memory; the caller has reserved it. */
int dune_low_window(void);
/* Address of the vdso as ring 3 sees it; 0: none. */
uint64_t dune_vdso(void);

/* --- mediate.c: one system call of ring 3, from t->regs into t->regs.rax --- */
void dune_syscall(struct dune_thread *t);

/* --- uaccess.S: copies that survive bad addresses, in ring 0 and host --- */
/* Bytes that were not copied; 0: all. */
size_t dune_copy(void *to, const void *from, size_t len);
extern const struct dune_fixup dune_own_fixups[];
extern const unsigned dune_own_nfixups;
/* Where to go on after a fault at rip; 0: nowhere. */
uint64_t dune_fixup_find(uint64_t rip);

/* --- user.c --- */
/* Does [addr, addr + len) lie in memory that is the program's? An empty range
 * does anywhere. */
bool user_range_ok(uint64_t addr, uint64_t len);
/* ... and may the host write there for it? */
bool user_range_writable(uint64_t addr, uint64_t len);
/* The same, as 0 or -EFAULT; NULL is for the kernel to judge. */
int check_in(uint64_t addr, uint64_t len);
int check_out(uint64_t addr, uint64_t len);
/* 0 or -EFAULT */
int user_get(void *to, uint64_t from, size_t len);
int user_put(uint64_t to, const void *from, size_t len);
int user_zero(uint64_t to, size_t len);
/* Length of a string without its 0, at most max; copied with its 0 into
 * to[max + 1]. -EFAULT, -ENAMETOOLONG. */
long user_string(char *to, uint64_t from, size_t max);

/* --- aspace.c --- */
int aspace_start(void);	 /* reserve the windows */
void aspace_clear(void); /* exec: give back all but the regions */
long aspace_mmap(uint64_t addr, uint64_t len, int prot, int flags, int fd,
		 uint64_t off);
long aspace_munmap(uint64_t addr, uint64_t len);
long aspace_mprotect(uint64_t addr, uint64_t len, int prot);
long aspace_mremap(uint64_t addr, uint64_t old_len, uint64_t new_len, int flags,
		   uint64_t new_addr);
long aspace_brk(uint64_t addr);
void aspace_set_brk(uint64_t start);
/* Is addr in a mapping of the program, whatever its rights? */
bool aspace_mapped(uint64_t addr);

/* --- elf.c, stack.c --- */
struct dune_image {
	uint64_t entry; /* of ld.so, or of the program */
	uint64_t stack; /* rsp */
};
/* Map path (an ELF program or a "#!" script) and its interpreter into the
 * empty window and build its stack. */
int dune_load(const char *path, char *const argv[], char *const envp[],
	      struct dune_image *out, char *err, size_t err_size);

/* --- fds.c --- */
/* Is fd one that the program may pass where `use` is done with it? */
bool fd_visible(int fd);
bool fd_allowed(int fd, unsigned use);

/* --- native.S, signal.c --- */
/* A system call in the host thread. One that blocks is not begun, or comes
 * back with -EINTR, once a signal for ring 3 is pending. */
long dune_native(long nr, uint64_t a, uint64_t b, uint64_t c, uint64_t d,
		 uint64_t e, uint64_t f);
int signals_start(struct dune_thread *t);
/* Before ring 3 runs on: deliver what is pending and not blocked, restart or
 * end an interrupted call. interrupted: t->regs.rax holds the result of one */
void signals_deliver(struct dune_thread *t, bool after_syscall);
/* An exception of ring 3 becomes a signal. */
void signal_fault(struct dune_thread *t, int sig, int code, uint64_t addr);
void signals_exec(struct dune_thread *t); /* handlers to default */

/* --- system calls that are not forwarded: a[] are the six arguments. Results
 * as Linux returns them (negative errno). --- */
long sys_rt_sigaction(struct dune_thread *t, const uint64_t a[6]);
long sys_rt_sigprocmask(struct dune_thread *t, const uint64_t a[6]);
long sys_rt_sigreturn(struct dune_thread *t, const uint64_t a[6]);
long sys_rt_sigsuspend(struct dune_thread *t, const uint64_t a[6]);
long sys_signalfd(struct dune_thread *t, const uint64_t a[6]);
long sys_rt_sigtimedwait(struct dune_thread *t, const uint64_t a[6]);
long sys_rt_sigpending(struct dune_thread *t, const uint64_t a[6]);
long sys_sigaltstack(struct dune_thread *t, const uint64_t a[6]);
long sys_clone(struct dune_thread *t, const uint64_t a[6]);
long sys_clone3(struct dune_thread *t, const uint64_t a[6]);
long sys_fork(struct dune_thread *t, const uint64_t a[6]);
long sys_vfork(struct dune_thread *t, const uint64_t a[6]);
long sys_execve(struct dune_thread *t, const uint64_t a[6]);
long sys_execveat(struct dune_thread *t, const uint64_t a[6]);
long sys_exit(struct dune_thread *t, const uint64_t a[6]);
long sys_exit_group(struct dune_thread *t, const uint64_t a[6]);
long sys_set_tid_address(struct dune_thread *t, const uint64_t a[6]);
long sys_set_robust_list(struct dune_thread *t, const uint64_t a[6]);
long sys_get_robust_list(struct dune_thread *t, const uint64_t a[6]);
long sys_arch_prctl(struct dune_thread *t, const uint64_t a[6]);
/* ppoll, pselect6, epoll_pwait and their like: with a mask for the wait. The
 * mask is read by the caller of this. */
long dune_native_masked(long nr, const uint64_t a[6], const sigset_t *mask);

#endif
