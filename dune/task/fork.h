/* SPDX-License-Identifier: MIT */
/*
 * fork.h - system calls that make processes, or threads by clone()
 */
#ifndef IX_DUNE_TASK_FORK_H
#define IX_DUNE_TASK_FORK_H

#include "dune/host/self.h"

long sys_clone(struct dune_thread *t, const uint64_t a[6]);
long sys_clone3(struct dune_thread *t, const uint64_t a[6]);
long sys_fork(struct dune_thread *t, const uint64_t a[6]);
long sys_vfork(struct dune_thread *t, const uint64_t a[6]);

#endif
