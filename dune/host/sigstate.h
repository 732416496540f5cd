/* SPDX-License-Identifier: MIT */
/*
 * sigstate.h - a thread's signals: those that the host's handler has taken, and
 * the program's mask
 *
 * The kernel never calls a program's handler. The host's handler takes one
 * signal, notes it, and leaves all signals blocked in the host thread until a
 * frame for it lies on the program's stack. So the kernel keeps the order and
 * number of all others, and its answers (sigpending, signalfd, which thread
 * gets a signal) are right. A signal without a handler has the same disposition
 * in the host, so that the kernel does what it says. The exceptions are SIGSEGV
 * and SIGBUS, which the host always catches, and signals whose default action
 * is to dump core: see sigtable.c.
 */
#ifndef IX_DUNE_HOST_SIGSTATE_H
#define IX_DUNE_HOST_SIGSTATE_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include "dune/host/kick.h"

/* glibc's signal for setuid() in all threads; it installs a handler of its own
 * when the first thread is created. */
#define SIGSETXID 33

#define SIGBIT(sig) (UINT64_C(1) << ((sig)-1))
#define SIG_ALL UINT64_MAX
/* Signals that can be neither blocked nor caught. */
#define SIG_NEVER (SIGBIT(SIGKILL) | SIGBIT(SIGSTOP))
/* Signals that the host never blocks, since a copy of the program's memory may
 * fault at any time, and a kick must arrive. */
#define SIG_OPEN \
	(SIG_NEVER | SIGBIT(SIGSEGV) | SIGBIT(SIGBUS) | SIGBIT(SIGKICK))

/* The layout of sigaltstack()'s stack_t. */
struct sig_stack {
	uint64_t base;
	int flags;
	int pad;
	uint64_t size;
};

/* Where the host's handler notes a signal that it has taken. SIGSEGV and
 * SIGBUS, which are never blocked in the host, have a slot each. All others
 * share one: taking one blocks them in the host thread. */
enum sig_slot { SLOT_ANY, SLOT_SEGV, SLOT_BUS, SLOTS };

struct dune_signals {
	/* 1: begin no system call that blocks, for a signal is to be delivered,
	 * or the thread is to end or to answer another one (threads_wanted()).
	 * native.S reads it. */
	volatile int stop;
	volatile int kicked;	 /* a kick interrupted the call, no signal */
	volatile int closed;	 /* all signals are blocked in the host thread,
				  * whatever the program's mask is */
	volatile int sig[SLOTS]; /* the signal in each slot; 0: none */
	siginfo_t info[SLOTS];

	volatile uint64_t mask; /* the program's mask */
	uint64_t saved_mask;	/* the mask to go back to, if restore_mask */
	bool restore_mask;	/* mask is that of an interrupted wait, such as
				 * ppoll()'s; saved_mask comes after it */

	struct sig_stack alt;
	struct {
		uint64_t vec, err, cr2;
	} fault;   /* the last exception, for the signal frame */
	void *fpu; /* room for an FPU state: dune_fpu_size() bytes */
};

#endif
