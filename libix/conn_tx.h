/* SPDX-License-Identifier: MIT */
/*
 * conn_tx.h - what a connection has to send, inside libix
 *
 * All are called under the lock of its elastic thread.
 */
#ifndef IX_LIBIX_CONN_TX_H
#define IX_LIBIX_CONN_TX_H

#include "ix/libix.h"

struct ix_et;

/* Copy up to len bytes of the program to what is to be sent, which does not count
 * them yet (c->tx_unsent). How many were copied; if not all, *why_out says why:
 * -ENOBUFS, -EFAULT. */
size_t conn_tx_append(struct ix_conn *c, const char *p, size_t len,
		      int *why_out);
/* Make b a SENDV of bytes that the dataplane has not taken yet, in IX_MAX_SG
 * pieces at most. */
void conn_tx_sendv(struct ix_et *e, struct ix_conn *c, struct ix_bsys *b);
/* The SENDV b was made: the dataplane has taken b->result bytes. */
void conn_tx_sent(struct ix_conn *c, const struct ix_bsys *b);
/* The peer has acknowledged bytes (IX_EV_SENT). */
void conn_tx_acked(struct ix_conn *c, const struct ix_event *ev);
/* Notify the program (IX_N_WRITE) if a write found no room, and there is some
 * now. */
void conn_tx_tell(struct ix_conn *c);
/* Drop all that was written, as the object ends. */
void conn_tx_drop(struct ix_conn *c);

#endif
