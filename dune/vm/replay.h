/* SPDX-License-Identifier: MIT */
/*
 * replay.h - repeat an access of ring 3 that the host denied, to learn its
 * address
 *
 * When KVM_RUN fails with EFAULT it does not say where. With strict page tables
 * (strict.h) the same instruction causes a page fault in the guest, which does.
 */
#ifndef IX_DUNE_VM_REPLAY_H
#define IX_DUNE_VM_REPLAY_H

#include <stdbool.h>

#include "dune/host/self.h"

/* Switch t to strict tables until replay_end(); holes is an argument for
 * vm_strict_tables(). */
void replay_begin(struct dune_thread *t, bool holes);
/* Switch t back to the usual tables, if need be. Returns which attempt it was,
 * t->strict; 0 if t has not replayed anything. */
int replay_end(struct dune_thread *t);
/* In the child of a fork: no thread uses strict tables. */
void replay_forked(void);

#endif
