/* SPDX-License-Identifier: MIT */
/*
 * links.h - peers of memif that go
 */
#ifndef IX_HOST_LINKS_H
#define IX_HOST_LINKS_H

#include "control/host/owner/owner.h"

/* Watch for peers that go; see that every ethread knows. */
int links_init(struct owner *o);
void links_lost(struct owner *o, uint32_t dev);
uint64_t links_run(struct owner *o, uint64_t now);

#endif
