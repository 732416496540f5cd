/* SPDX-License-Identifier: MIT */
/*
 * run.h - one stay in the guest
 */
#ifndef IX_DUNE_VM_RUN_H
#define IX_DUNE_VM_RUN_H

#include <stdbool.h>

#include "dune/host/self.h"

/* Make t leave the guest before ring 3 runs on (async-signal-safe, for its own
 * thread). kick.h has the same from another thread. */
void dune_kick(struct dune_thread *t);
/* Into the guest, once: 0 with what KVM says in t->run, or KVM_RUN's -errno. */
int run_enter(struct dune_thread *t);
/* That was -EINTR: true if it has met ring 3, whose registers are complete now;
 * false if ring 0 is to go on. */
bool run_interrupted(struct dune_thread *t);
/* Ring 3's registers, if that is where the guest is. */
bool run_take_user(struct dune_thread *t);
/* Before ring 3 gets registers that the host has changed. */
void run_sanitise(struct dune_regs *r);

#endif
