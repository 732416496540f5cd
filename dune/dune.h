/* SPDX-License-Identifier: MIT */
/*
 * dune.h - run a program in ring 3 of a KVM guest that shares this process's
 * address space, with functions of ours in ring 0
 *
 * Trust: the host process (this code, and what it hands in) is trusted, the
 * program in ring 3 is not. A program thread is a host thread with a vCPU. Its
 * system calls are mediated and executed by the host thread; a call numbered
 * DUNE_GATE or above is a function call into ring 0, without an exit.
 */
#ifndef IX_DUNE_H
#define IX_DUNE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* The program's memory: its window, and the low one for programs that are not
 * position-independent. */
#define DUNE_WINDOW_BASE UINT64_C(0x100000000000)
#define DUNE_WINDOW_END (DUNE_WINDOW_BASE + (UINT64_C(64) << 30))
#define DUNE_LOW_BASE UINT64_C(0x10000)
#define DUNE_LOW_END (UINT64_C(1) << 32)

/* Numbers of system calls from here on are the gate's; Linux has none there. */
#define DUNE_GATE 0x49580000u
#define DUNE_GATE_MAX 64

/* Host memory that ring 3 sees at the same address. It is page-aligned, and
 * stays mapped with MAP_SHARED for as long as the program lives. The page
 * before and the page behind a writable region must be inaccessible (PROT_NONE
 * or not mapped); dune_start() refuses a region without such fences. */
struct dune_region {
	void *base;
	size_t size; /* bytes */
	bool writable;
};

/* What the program may do with a hidden descriptor, which is one whose number
 * is at least dune_config.hidden_fd_min. One that is not listed it cannot
 * use. */
enum dune_fd_use {
	DUNE_FD_POLL = 1, /* wait for it with poll, select or epoll */
	DUNE_FD_RW = 2,	  /* read, write, send and receive messages */
	DUNE_FD_DUP = 4,  /* duplicate it; the duplicate is the program's own */
};
struct dune_fd {
	int fd;
	unsigned use; /* enum dune_fd_use */
};

/* An entry of an exception table: if the instruction at address `at` faults, in
 * ring 0 or in the host, execution continues at address `resume`. */
struct dune_fixup {
	uint64_t at, resume;
};

struct dune_config {
	/* The gate's function. It runs in ring 0 on the calling thread's
	 * ring-0 stack, with the host thread's TLS. Ring 3 called the number
	 * DUNE_GATE + nr; the result goes into its rax. */
	long (*gate)(unsigned nr, const uint64_t arg[6]);
	/* Called in the host, in the parent of a fork, with the child's PID and
	 * before ring 3 gets that PID. May be NULL. */
	void (*forked)(pid_t child);
	/* Called in the host, once the program of dune_run() is loaded and
	 * before its first instruction. If it returns -errno the program is not
	 * run. May be NULL. */
	int (*ready)(void);
	const struct dune_region *regions;
	unsigned nregions;
	const struct dune_fd *fds;
	unsigned nfds;
	int hidden_fd_min; /* descriptors from this number on are hidden */
	const struct dune_fixup *fixups;
	unsigned nfixups;
	bool allow_native_exec; /* execve() leaves the guest for good */
};

/* What a tiny test guest has found out about this host; see "Which hosts" in
 * docs/protection.md. */
struct dune_verdict {
	bool usable;		/* right, and fast enough */
	bool right;		/* all answers were right, however slow */
	char why[160];		/* the reason: one clause for a person */
	uint64_t round_trip_ns; /* median of syscall + sysret in the guest */
	uint64_t native_ns;	/* median of getppid() outside the guest */
};
/* Run the test guest, in a child process. The child may use limit_ms of CPU
 * time; the call gives up after limit_ms of real time, or after 2 s if that is
 * more. Returns 0, or -errno where the test itself could not run or did not end
 * (out->why says why). */
int dune_selftest(struct dune_verdict *out, unsigned limit_ms);

/* From here on core files of this process and of its forks hold the memory of a
 * program in ring 3 and no other. dune_start() calls this; call it earlier if a
 * fork before dune_start() is to be covered. Returns 0 or -errno. */
int dune_no_core(void);

/*
 * Build the guest around this process. Call it once, from the main thread, when
 * everything that ring 0 will touch is mapped or lies within the windows that
 * docs/protection.md lists. config->regions, fds and fixups must stay valid.
 * Returns 0, or -errno with one line in err.
 */
int dune_start(const struct dune_config *config, char *err, size_t err_size);

/* Load a program and run it in the calling thread. Returns only on failure,
 * with -errno: if the program cannot be loaded (one line is in err), or if
 * dune_config.ready() refused it (err is as it was). */
int dune_run(const char *path, char *const argv[], char *const envp[],
	     char *err, size_t err_size);

/* Exits and their reasons, summed over the threads of this process, also those
 * that have ended. */
struct dune_stats {
	uint64_t runs;		 /* KVM_RUN calls */
	uint64_t syscalls;	 /* of ring 3, but for the gate's */
	uint64_t refused;	 /* of these: no such row, a row that denies,
				  * or arguments that failed their checks */
	uint64_t exceptions;	 /* of ring 3 */
	uint64_t efaults;	 /* KVM_RUN failed with EFAULT: see trap.c */
	uint64_t ring0_syscalls; /* made by code in ring 0 */
	uint64_t interrupts;	 /* KVM_RUN was ended by a signal */
};
void dune_stats(struct dune_stats *out);
/* Read one of KVM's own counters ("exits", "io_exits", ...), summed over the
 * vCPUs of this process. Returns 0, -ENOENT where KVM has no counter of that
 * name, or another -errno. */
int dune_kvm_stat(const char *name, uint64_t *out);

#endif
