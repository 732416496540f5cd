/* SPDX-License-Identifier: MIT */
/*
 * ending.h - the end of an instance
 */
#ifndef IX_HOST_ENDING_H
#define IX_HOST_ENDING_H

#include "control/host/owner/owner.h"

/* Is the instance at its end? Else the next time to ask. */
bool ending_is_over(struct owner *o, uint64_t now, uint64_t *next);

#endif
