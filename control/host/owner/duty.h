/* SPDX-License-Identifier: MIT */
/*
 * duty.h - what the owner does about each elastic thread
 */
#ifndef IX_HOST_DUTY_H
#define IX_HOST_DUTY_H

#include "control/host/owner/owner.h"

/* Do what is due; earliest time that something will be, ns. */
uint64_t duty_run(struct owner *o, uint64_t now);
/* Drive ethread id now, unless somebody else does. When to do so again at the
 * latest, ns: the program was called, and may not come; UINT64_MAX: it was not. */
uint64_t duty_drive(struct owner *o, unsigned id);

#endif
