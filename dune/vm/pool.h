/* SPDX-License-Identifier: MIT */
/*
 * pool.h - all vCPUs, and which thread has which
 *
 * KVM frees a vCPU only with its virtual machine, so one that a thread leaves
 * waits in a pool for the next thread.
 */
#ifndef IX_DUNE_VM_POOL_H
#define IX_DUNE_VM_POOL_H

#include "dune/host/self.h"

/* Make a thread structure with a ring-0 stack and a vCPU from the pool. It is
 * called by the host thread that will run it. Returns 0, -EAGAIN if KVM has no
 * more vCPUs, or another -errno. */
int dune_thread_init(struct dune_thread **out);
/* Free t; its vCPU goes back to the pool. */
void dune_thread_release(struct dune_thread *t);
/* Give t a vCPU, which is all that it lacks; errors as dune_thread_init(). */
int vcpu_attach(struct dune_thread *t);
/* Make all vCPUs reload their page tables before they run ring 3 again. When it
 * returns, no vCPU executes ring 3's code by an older entry. */
void vcpu_flush_others(void);
/* The sum of t->stats over all threads, also those that have ended. */
void vcpu_stats(struct dune_stats *out);
/* Call fn with the descriptor of each vCPU until it returns other than 0, and
 * return what the last call did. */
int vcpu_each(int (*fn)(int fd, void *arg), void *arg);
/* The lock of the pool, for a fork. */
void vcpu_lock(void);
void vcpu_unlock(void);
/* In the child of a fork: drop the parent's vCPUs, and all threads but t. */
void vcpu_forked(struct dune_thread *t);

#endif
