/* SPDX-License-Identifier: MIT */
/*
 * deliver.h - hand the signals that the host has taken to the program
 */
#ifndef IX_DUNE_TASK_DELIVER_H
#define IX_DUNE_TASK_DELIVER_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include "dune/host/self.h"

/* Take over the process's signals, for its first program thread t. Returns 0 or
 * -errno. */
int signals_start(struct dune_thread *t);
/* Call it before ring 3 runs on: it pushes frames for signals that were taken
 * and are not blocked, ends or restarts a system call that they interrupted,
 * and ends the thread if another one wants that. after_syscall: t->regs.rax
 * holds the result of call t->nr. */
void signals_deliver(struct dune_thread *t, bool after_syscall);
/* Deliver the signal of an exception of ring 3. If it is blocked or has no
 * handler, the process dies of it, even if the program ignores it. */
void signal_fault(struct dune_thread *t, int sig, int code, uint64_t addr);
/* Deliver SIGSEGV because a frame cannot be used: that of signal `sig` cannot
 * be pushed. Kills the process if sig is SIGSEGV itself, or SIGSEGV has no
 * handler. rt_sigreturn() calls it with SIGSEGV for a frame that cannot be
 * popped. */
void signal_bad_frame(struct dune_thread *t, int sig);
/* For an exec: reset handlers to the default, and no alternate stack. */
void signals_exec(struct dune_thread *t);
/* End this process as the default action of a signal does, perhaps with a core
 * file. info may be NULL. */
void signal_die(struct dune_thread *t, int sig, const siginfo_t *info)
	__attribute__((noreturn));

#endif
