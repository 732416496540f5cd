/* SPDX-License-Identifier: MIT */
/*
 * fatal.h - the end of the process by an error of ours
 */
#ifndef IX_DUNE_VM_FATAL_H
#define IX_DUNE_VM_FATAL_H

struct dune_thread;

/* Print `what` and, unless t is NULL, the state of its vCPU on standard error,
 * and abort() without a core file. */
void dune_fatal(struct dune_thread *t, const char *what)
	__attribute__((noreturn));

#endif
