/* SPDX-License-Identifier: MIT */
/*
 * fatal.h - the end of the process by an error of ours
 */
#ifndef IX_DUNE_VM_FATAL_H
#define IX_DUNE_VM_FATAL_H

struct dune_thread;

/* With a report of the vCPU of t, unless that is NULL. */
void dune_fatal(struct dune_thread *t, const char *what)
	__attribute__((noreturn));

#endif
