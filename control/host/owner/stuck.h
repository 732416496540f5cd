/* SPDX-License-Identifier: MIT */
/*
 * stuck.h - programs that do not come for their events
 */
#ifndef IX_HOST_STUCK_H
#define IX_HOST_STUCK_H

#include "control/host/owner/owner.h"

/* Around each round of the owner's; waiting: events are left. */
void stuck_before_round(struct owner *o, unsigned id, uint64_t now);
void stuck_after_round(struct owner *o, unsigned id, bool waiting,
		       uint64_t now);
/* A line on the program's standard error. */
void stuck_tell(const struct instance *in, const char *text);
/* Notice that the program does not come; next time to look. */
uint64_t stuck_look(struct owner *o, unsigned id, uint64_t now);

#endif
