/* SPDX-License-Identifier: MIT */
/*
 * reaper.h - processes of the program that end
 */
#ifndef IX_HOST_REAPER_H
#define IX_HOST_REAPER_H

#include "control/host/owner/owner.h"

/* Watch processes that are new in the table, and bury those that have ended:
 * tell the program's side (process_gone) and free their slots. Returns when to
 * look again without an event, ns; UINT64_MAX if there is no need. */
uint64_t reaper_run(struct owner *o, uint64_t now);
/* The process in a slot has ended; reaper_run() is to bury it. Recovers leases
 * that it held. */
void reaper_gone(struct owner *o, uint32_t slot);

#endif
