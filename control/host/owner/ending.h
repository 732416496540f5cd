/* SPDX-License-Identifier: MIT */
/*
 * ending.h - the end of an instance
 */
#ifndef IX_HOST_ENDING_H
#define IX_HOST_ENDING_H

#include "control/host/owner/owner.h"

/* May the instance end now? If not, *next is lowered to the time at which to
 * ask again, ns, unless processes still use it. */
bool ending_is_over(struct owner *o, uint64_t now, uint64_t *next);

#endif
