/* SPDX-License-Identifier: MIT */
/*
 * conn.h - the calls and events of a connection, inside libix
 *
 * All with the lock of its elastic thread.
 */
#ifndef IX_LIBIX_CONN_H
#define IX_LIBIX_CONN_H

#include <stdbool.h>

#include "ix/libix.h"

struct ix_et;

/* Append the calls of c to the batch of e; false: there is no room for them. */
bool ix_conn_calls(struct ix_et *e, struct ix_conn *c);
/* Take the result of one of them. */
void ix_conn_result(struct ix_conn *c, const struct ix_bsys *b);
/* An event for c. */
void ix_conn_event(struct ix_et *e, struct ix_conn *c,
		   const struct ix_event *ev);

#endif
