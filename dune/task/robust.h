/* SPDX-License-Identifier: MIT */
/*
 * robust.h - what the end of a thread tells others
 */
#ifndef IX_DUNE_TASK_ROBUST_H
#define IX_DUNE_TASK_ROBUST_H

#include "dune/host/self.h"

/* What robust_list and clear_tid promise of a thread that is over. */
void thread_release_futexes(struct dune_thread *t);
void robust_release(struct dune_thread *t); /* the list alone */

long sys_set_tid_address(struct dune_thread *t, const uint64_t a[6]);
long sys_set_robust_list(struct dune_thread *t, const uint64_t a[6]);
long sys_get_robust_list(struct dune_thread *t, const uint64_t a[6]);

#endif
