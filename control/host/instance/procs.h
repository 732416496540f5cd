/* SPDX-License-Identifier: MIT */
/*
 * procs.h - the table of processes that use an instance
 */
#ifndef IX_HOST_PROCS_H
#define IX_HOST_PROCS_H

#include "control/host/instance/instance.h"

/* Enter pid into the table. Slot, or -ENOSPC. */
int procs_add(struct instance *in, uint32_t pid);
/* The process of a slot; 0: there is none. */
uint32_t procs_pid(const struct instance *in, unsigned slot);
void procs_remove(struct instance *in, unsigned slot);

#endif
