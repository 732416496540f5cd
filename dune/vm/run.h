/* SPDX-License-Identifier: MIT */
/*
 * run.h - enter the guest once, and take ring 3's registers out of it
 */
#ifndef IX_DUNE_VM_RUN_H
#define IX_DUNE_VM_RUN_H

#include <stdbool.h>

#include "dune/host/self.h"

/* Make t leave the guest before ring 3 runs again. For a signal handler in t's
 * own host thread; dune_interrupt() does it from another thread. */
void dune_kick(struct dune_thread *t);
/* Enter the guest once (KVM_RUN). Returns 0, with the reason of the exit in
 * t->run, or -errno of KVM_RUN. */
int run_enter(struct dune_thread *t);
/* After run_enter() returned -EINTR: true if ring 3 was interrupted, or ring 0
 * on its way there, and t->regs are complete now; false if the guest must be
 * entered again where it stopped. */
bool run_interrupted(struct dune_thread *t);
/* If the vCPU is in ring 3: take its registers to t->regs, and return true. */
bool run_take_user(struct dune_thread *t);
/* Call it before ring 3 gets registers that the host has changed: it makes
 * rflags, and the bases of FS and GS, values that ring 0 can load. */
void run_sanitise(struct dune_regs *r);

#endif
