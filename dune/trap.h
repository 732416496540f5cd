/* SPDX-License-Identifier: MIT */
/*
 * trap.h - exceptions in the guest and EFAULT of KVM_RUN: a signal for ring 3,
 * a fix-up in ring 0, or a retry
 */
#ifndef IX_DUNE_TRAP_H
#define IX_DUNE_TRAP_H

#include <stdbool.h>
#include <stdint.h>

#include "dune/host/self.h"

/* The signal that ring 3 gets for a trap; sig is 0 if it gets none. */
struct trap_signal {
	int sig, code; /* si_signo, si_code */
	uint64_t addr; /* si_addr */
};
/*
 * Both functions return true if t->regs holds ring 3's registers: *out is then
 * the signal for it, if any. They return false if the guest is to be entered
 * again where it stopped.
 */

/* An exception was taken in the guest (t->trap). strict is what replay_end()
 * returned: 0 if the access was no replay, else which attempt it was. */
bool trap_exception(struct dune_thread *t, int strict, struct trap_signal *out);
/* KVM_RUN failed with EFAULT: the host's mapping denied an access, or no page
 * could be had for it. */
bool trap_efault(struct dune_thread *t, struct trap_signal *out);

#endif
