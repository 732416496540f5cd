/* SPDX-License-Identifier: MIT */
/*
 * core.h - core files: they may show the program's memory, but never the host's
 *
 * dune_no_core() makes the kernel leave out all memory; core_program() lets the
 * program's in again just before the process dies.
 */
#ifndef IX_DUNE_HOST_CORE_H
#define IX_DUNE_HOST_CORE_H

#include <stdbool.h>

/* Open what core_program() and core_filter() need, at the start and again in
 * the child of a fork. If that fails there will be no core files. */
void core_open(void);

/* What the program has set with prctl(PR_SET_DUMPABLE). It decides only about
 * core files: the process's own flag, which says who may attach to it,
 * stays. */
extern bool core_dumpable;

/* Prepare a core file with the program's memory and without the host's, because
 * the process is about to die by a signal. No thread can map memory after this
 * (RLIMIT_AS is 0). Returns 0, or -errno if there will be no core file. */
int core_program(void);
/* Allow no core file at all, not even of registers: the process dies of an
 * error of ours. Async-signal-safe. Returns 0 or -errno. */
int core_none(void);
/* Around a real execve() out of the guest: true, before it, sets
 * /proc/self/coredump_filter to the program's value, which the new program
 * inherits; false, if it failed, sets it back to no memory. */
void core_filter(bool program);

#endif
