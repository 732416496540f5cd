/* SPDX-License-Identifier: MIT */
/*
 * deliver.h - signals of the host become signals of the program
 */
#ifndef IX_DUNE_TASK_DELIVER_H
#define IX_DUNE_TASK_DELIVER_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include "dune/host/self.h"

int signals_start(struct dune_thread *t);
/* Before ring 3 runs on: deliver what is pending and not blocked, restart or
 * end an interrupted call. after_syscall: t->regs.rax holds the result of one. */
void signals_deliver(struct dune_thread *t, bool after_syscall);
/* An exception of ring 3 becomes a signal. */
void signal_fault(struct dune_thread *t, int sig, int code, uint64_t addr);
/* Like signal_fault, but for a frame that cannot be used. */
void signal_bad_frame(struct dune_thread *t, int sig);
void signals_exec(struct dune_thread *t); /* handlers to default */
/* End this process as a signal does that has its default. */
void signal_die(struct dune_thread *t, int sig, const siginfo_t *info)
	__attribute__((noreturn));

#endif
