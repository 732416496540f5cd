/* SPDX-License-Identifier: MIT */
/*
 * exec.h - another program in the same process
 */
#ifndef IX_DUNE_TASK_EXEC_H
#define IX_DUNE_TASK_EXEC_H

#include "dune/host/self.h"

/* Name and command line of the process; stack is the new image's. */
void exec_names(const char *path, uint64_t stack);

long sys_execve(struct dune_thread *t, const uint64_t a[6]);
long sys_execveat(struct dune_thread *t, const uint64_t a[6]);

#endif
