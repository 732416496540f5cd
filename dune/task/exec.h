/* SPDX-License-Identifier: MIT */
/*
 * exec.h - another program in the same process
 */
#ifndef IX_DUNE_TASK_EXEC_H
#define IX_DUNE_TASK_EXEC_H

#include "dune/host/self.h"

/* Set the name and the command line of the process, as ps shows them: by the
 * program's path, and the arguments at `stack`, its first rsp. */
void exec_names(const char *path, uint64_t stack);

long sys_execve(struct dune_thread *t, const uint64_t a[6]);
long sys_execveat(struct dune_thread *t, const uint64_t a[6]);

#endif
