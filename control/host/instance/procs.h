/* SPDX-License-Identifier: MIT */
/*
 * procs.h - the table of processes that use an instance
 */
#ifndef IX_HOST_PROCS_H
#define IX_HOST_PROCS_H

#include "control/host/instance/instance.h"

/* Enter pid into the table, unless it is there. Returns its slot, or
 * -ENOSPC. */
int procs_add(struct instance *in, uint32_t pid);
/* The PID in a slot; 0 if the slot is free. */
uint32_t procs_pid(const struct instance *in, unsigned slot);
/* Free a slot; the owner alone does it, when the process is gone. */
void procs_remove(struct instance *in, unsigned slot);

#endif
