/* SPDX-License-Identifier: MIT */
/*
 * robust.h - futexes that the end of a thread releases: CLONE_CHILD_CLEARTID
 * and the robust list
 */
#ifndef IX_DUNE_TASK_ROBUST_H
#define IX_DUNE_TASK_ROBUST_H

#include "dune/host/self.h"

/* Do at the end of t what the kernel does for a thread of its own: mark the
 * futexes of its robust list FUTEX_OWNER_DIED, clear and wake clear_tid. */
void thread_release_futexes(struct dune_thread *t);
void robust_release(struct dune_thread *t); /* the robust list alone */

long sys_set_tid_address(struct dune_thread *t, const uint64_t a[6]);
long sys_set_robust_list(struct dune_thread *t, const uint64_t a[6]);
long sys_get_robust_list(struct dune_thread *t, const uint64_t a[6]);

#endif
