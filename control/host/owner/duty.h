/* SPDX-License-Identifier: MIT */
/*
 * duty.h - what the owner does about each elastic thread
 */
#ifndef IX_HOST_DUTY_H
#define IX_HOST_DUTY_H

#include "control/host/owner/owner.h"

/* Do what is due for all elastic threads. Returns the earliest time at which
 * something will be, ns. */
uint64_t duty_run(struct owner *o, uint64_t now);
/* Drive elastic thread id now, unless another thread has its lease. If events
 * wait for the program it is woken, and the result is when to drive again at
 * the latest, ns, for it may not come; otherwise the result is UINT64_MAX. */
uint64_t duty_drive(struct owner *o, unsigned id);

#endif
