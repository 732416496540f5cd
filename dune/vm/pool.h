/* SPDX-License-Identifier: MIT */
/*
 * pool.h - vCPUs and the threads that have them
 */
#ifndef IX_DUNE_VM_POOL_H
#define IX_DUNE_VM_POOL_H

#include "dune/host/self.h"

/* A new thread structure, with a vCPU from the pool. Called by the host
 * thread that will run it. */
int dune_thread_init(struct dune_thread **out);
void dune_thread_release(struct dune_thread *t); /* vCPU back to the pool */
/* A vCPU for t, which has all but that. */
int vcpu_attach(struct dune_thread *t);
/* Nobody executes by old tables when this returns. */
void vcpu_flush_others(void);
void vcpu_stats(struct dune_stats *out);
/* Call fn for the fd of each vCPU, until it returns other than 0. */
int vcpu_each(int (*fn)(int fd, void *arg), void *arg);
void vcpu_lock(void);
void vcpu_unlock(void);
void vcpu_forked(struct dune_thread *t);

#endif
