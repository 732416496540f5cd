/* SPDX-License-Identifier: MIT */
/*
 * conn_rx.h - what a connection has received, inside libix
 *
 * All are called under the lock of its elastic thread.
 */
#ifndef IX_LIBIX_CONN_RX_H
#define IX_LIBIX_CONN_RX_H

#include "ix/libix.h"

struct ix_et;

/* Bytes have come (IX_EV_RECV); false: out of memory. */
bool conn_rx_add(struct ix_et *e, struct ix_conn *c, const struct ix_event *ev);
/* Urgent data were announced, or the urgent byte has come (IX_EV_URG). Returns
 * what notify() is to tell, IX_N_*. */
unsigned conn_rx_urgent(struct ix_conn *c, const struct ix_event *ev);
/* Drop all that was received, as the object ends. */
void conn_rx_drop(struct ix_conn *c);

#endif
