/* SPDX-License-Identifier: MIT */
/*
 * core.h - core files of a process that has memory of the host in it; see also
 * dune_no_core()
 */
#ifndef IX_DUNE_HOST_CORE_H
#define IX_DUNE_HOST_CORE_H

#include <stdbool.h>

/* What the others need; again in the child of a fork. */
void core_open(void);

/* What the program has set by PR_SET_DUMPABLE. The host's own says who may
 * attach to the process. */
extern bool core_dumpable;

/* The process is about to die by a signal: its core has the program's memory,
 * and nobody can map more. 0, or -errno: there will be no core. */
int core_program(void);
/* There is to be no core at all, not even of registers: what ends the process
 * is an error of ours. Async-signal-safe. */
int core_none(void);
/* The kernel is to give the process another program, whose filter is the
 * program's; or it has failed. */
void core_filter(bool program);

#endif
