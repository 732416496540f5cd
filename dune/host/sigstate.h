/* SPDX-License-Identifier: MIT */
/*
 * sigstate.h - a thread's signals: what the host has taken, what is blocked
 *
 * A program's handler is never called by the kernel. The host's handler takes
 * one signal, notes it, and leaves all signals blocked in the host thread
 * until a frame for it lies on the program's stack. So the kernel keeps the
 * order and number of all others, and its answers (sigpending, signalfd,
 * which thread gets a signal) are right. What has no handler has its default
 * or is ignored in the host too, and needs no code here.
 */
#ifndef IX_DUNE_HOST_SIGSTATE_H
#define IX_DUNE_HOST_SIGSTATE_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include "dune/host/kick.h"

/* glibc installs a handler of its own for it with the first thread. */
#define SIGSETXID 33

#define SIGBIT(sig) (UINT64_C(1) << ((sig)-1))
#define SIG_ALL UINT64_MAX
/* can be neither blocked nor caught */
#define SIG_NEVER (SIGBIT(SIGKILL) | SIGBIT(SIGSTOP))
/* never blocked in the host: faults of copies, kicks */
#define SIG_OPEN \
	(SIG_NEVER | SIGBIT(SIGSEGV) | SIGBIT(SIGBUS) | SIGBIT(SIGKICK))

/* as sigaltstack has it */
struct sig_stack {
	uint64_t base;
	int flags;
	int pad;
	uint64_t size;
};

/* Signals that the host's handler has taken: those that are never blocked
 * have a place each, the others have one. */
enum sig_slot { SLOT_ANY, SLOT_SEGV, SLOT_BUS, SLOTS };

struct dune_signals {
	/* Do not begin a call: a signal is to be delivered, or the thread is
	 * to end. native.S reads it. */
	volatile int stop;
	volatile int kicked;	 /* something interrupted that is no signal */
	volatile int closed;	 /* the host's mask is not the program's: all */
	volatile int sig[SLOTS]; /* 0: nothing taken */
	siginfo_t info[SLOTS];

	volatile uint64_t mask; /* the program's */
	uint64_t saved_mask;	/* mask to go back to, if restore_mask */
	bool restore_mask;	/* mask is that of an interrupted wait */

	struct sig_stack alt;
	struct {
		uint64_t vec, err, cr2;
	} fault;   /* the last exception, for the frame */
	void *fpu; /* dune_fpu_size() bytes */
};

#endif
