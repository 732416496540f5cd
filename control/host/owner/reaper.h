/* SPDX-License-Identifier: MIT */
/*
 * reaper.h - processes of the program that end
 */
#ifndef IX_HOST_REAPER_H
#define IX_HOST_REAPER_H

#include "control/host/owner/owner.h"

/* Watch newcomers, call process_gone; next time to look. */
uint64_t reaper_run(struct owner *o, uint64_t now);
void reaper_gone(struct owner *o, uint32_t slot);

#endif
