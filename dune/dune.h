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

/* Host memory that ring 3 sees at the same address. Page-aligned, present and
 * MAP_SHARED for as long as the program lives. Before and behind a writable one
 * there is a page that nobody may access. */
struct dune_region {
	void *base;
	size_t size; /* bytes */
	bool writable;
};

/* What the program may do with one of the fds that are hidden from it. */
enum dune_fd_use {
	DUNE_FD_POLL = 1, /* wait for it: poll, select, epoll */
	DUNE_FD_RW = 2,	  /* read, write, send and receive messages */
	DUNE_FD_DUP = 4,  /* duplicate; the duplicate is the program's own */
};
struct dune_fd {
	int fd;
	unsigned use; /* enum dune_fd_use */
};

/* A fault at `at` in ring 0 or in the host continues at `resume`. */
struct dune_fixup {
	uint64_t at, resume;
};

struct dune_config {
	/* Runs in ring 0 on the thread's own ring-0 stack, with the host
	 * thread's TLS. nr counts from 0 (DUNE_GATE + nr). */
	long (*gate)(unsigned nr, const uint64_t arg[6]);
	/* In the host: in the parent of a fork, with the child's pid, before
	 * ring 3 knows of it. */
	void (*forked)(pid_t child);
	/* In the host, once the program of dune_run() is loaded and before its
	 * first instruction; NULL. An error, -errno, keeps it from running. */
	int (*ready)(void);
	const struct dune_region *regions;
	unsigned nregions;
	const struct dune_fd *fds;
	unsigned nfds;
	int hidden_fd_min; /* fds from here on are not the program's */
	const struct dune_fixup *fixups;
	unsigned nfixups;
	bool allow_native_exec; /* execve leaves the guest */
};

/* What this host offers, from a tiny guest; see design, hosting modes. */
struct dune_verdict {
	bool usable;		/* right and fast enough */
	bool right;		/* all answers, whatever they took */
	char why[160];		/* one clause, for a person */
	uint64_t round_trip_ns; /* median of syscall + sysret in the guest */
	uint64_t native_ns;	/* median of getppid() outside */
};
/* It may use limit_ms of CPU time, and takes at most that or 2 s. 0, or -errno
 * where the test itself could not run (verdict says why). */
int dune_selftest(struct dune_verdict *out, unsigned limit_ms);

/* From here on core files of this process, and of its forks, hold no memory but
 * that of a program in ring 3. dune_start() does it, too. 0 or -errno. */
int dune_no_core(void);

/*
 * Build the guest around this process. Call once, from the main thread, when
 * everything that ring 0 will touch is mapped or lies within the windows that
 * docs/protection.md gives. 0, or -errno with one line in err.
 */
int dune_start(const struct dune_config *config, char *err, size_t err_size);

/* Load a program and run it; returns only if it cannot be loaded. */
int dune_run(const char *path, char *const argv[], char *const envp[],
	     char *err, size_t err_size);

/* Exits and their reasons, summed over the threads of this process. */
struct dune_stats {
	uint64_t runs;	     /* KVM_RUN calls */
	uint64_t syscalls;   /* mediated and forwarded */
	uint64_t refused;    /* of these */
	uint64_t exceptions; /* of ring 3 */
	uint64_t efaults;    /* KVM_RUN failures that were replayed */
	uint64_t ring0_syscalls;
	uint64_t interrupts; /* KVM_RUN ended by a signal */
};
void dune_stats(struct dune_stats *out);
/* One of KVM's own counters ("exits", "io_exits", ...), summed over the vCPUs
 * of this process. 0, -ENOENT where KVM has none of that name, or -errno. */
int dune_kvm_stat(const char *name, uint64_t *out);

#endif
