/* SPDX-License-Identifier: MIT */
/*
 * udp.h - the calls and events of a UDP port, inside libix
 *
 * All with the lock of its elastic thread.
 */
#ifndef IX_LIBIX_UDP_H
#define IX_LIBIX_UDP_H

#include <stdbool.h>

#include "ix/libix.h"

struct ix_et;

/* Append the calls of u to the batch of e; false: there is no room for them. */
bool ix_udp_calls(struct ix_et *e, struct ix_udp *u);
/* An event for u. */
void ix_udp_event(struct ix_et *e, struct ix_udp *u, const struct ix_event *ev);

#endif
