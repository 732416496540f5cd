/* SPDX-License-Identifier: MIT */
/*
 * listen.h - calls about a listener, inside libix
 */
#ifndef IX_LIBIX_LISTEN_H
#define IX_LIBIX_LISTEN_H

#include "ix/libix.h"

/* Make the call b on every elastic thread, each with the handle of l there; the
 * caller holds the lock of elastic thread 0. Returns the first error, after which
 * the others are not tried. */
int ix_listener_call(struct ix_listener *l, const struct ix_bsys *b);

#endif
