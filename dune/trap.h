/* SPDX-License-Identifier: MIT */
/*
 * trap.h - exceptions and -EFAULT, and who gets them
 */
#ifndef IX_DUNE_TRAP_H
#define IX_DUNE_TRAP_H

#include <stdbool.h>
#include <stdint.h>

#include "dune/host/self.h"

/* The signal that ring 3 gets of a trap; sig 0: none. */
struct trap_signal {
	int sig, code;
	uint64_t addr;
};
/* Both: true if ring 3's registers are complete, and out says what it gets;
 * false if the guest is to go on where it is. strict: how the access was
 * replayed. */
bool trap_exception(struct dune_thread *t, int strict, struct trap_signal *out);
/* KVM_RUN failed with EFAULT. */
bool trap_efault(struct dune_thread *t, struct trap_signal *out);

#endif
