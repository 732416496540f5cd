/* SPDX-License-Identifier: MIT */
/*
 * links.h - the loss of memif links, whose peer has closed them or died
 */
#ifndef IX_HOST_LINKS_H
#define IX_HOST_LINKS_H

#include "control/host/owner/owner.h"

/* Watch the peers of all devices: 0 or -errno. */
int links_init(struct owner *o);
/* The peer of a device has gone: mark its link as down. */
void links_lost(struct owner *o, uint32_t dev);
/* Drive elastic threads that have not seen yet that a link is down. Returns
 * when to try again, ns; UINT64_MAX if all have. */
uint64_t links_run(struct owner *o, uint64_t now);

#endif
