/* SPDX-License-Identifier: MIT */
/*
 * stuck.h - notice and report programs that do not come for their events
 */
#ifndef IX_HOST_STUCK_H
#define IX_HOST_STUCK_H

#include "control/host/owner/owner.h"

/* Call them before and after each round of elastic thread id that the owner
 * drives; waiting: events for the program are left. */
void stuck_before_round(struct owner *o, unsigned id, uint64_t now);
void stuck_after_round(struct owner *o, unsigned id, bool waiting,
		       uint64_t now);
/* Write a line to the program's standard error, with --log warn or more. */
void stuck_tell(const struct instance *in, const char *text);
/* Report the program as unresponsive if it has not come for 1 s. Returns when
 * to look again, ns; UINT64_MAX if there is no need. */
uint64_t stuck_look(struct owner *o, unsigned id, uint64_t now);

#endif
