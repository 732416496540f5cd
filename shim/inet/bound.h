/* SPDX-License-Identifier: MIT */
/*
 * bound.h - which stream sockets hold which port
 *
 * The kernel keeps track of ports bound on wildcards, the dataplane of those of
 * listeners and connections; neither knows of a socket that is bound to an
 * address of the stack and does not listen yet. Therefore all bound sockets of
 * the instance are listed here, and the dataplane holds their ports: connect()
 * chooses none of them, and bind() to a port that a connection has is refused.
 */
#ifndef IX_SHIM_BOUND_H
#define IX_SHIM_BOUND_H

#include "shim/object/sock.h"

/* Not locked. List s under priv->local and hold the port; 0, or -EADDRINUSE,
 * -EADDRNOTAVAIL. chosen: the program did not name the port, so it must not be
 * shared. */
int bound_add(struct sock *s, bool chosen);
/* Not locked. Take s off the list, if it is there, and free the port. */
void bound_del(struct sock *s);
/* Locked. Take s off the list only; returns the port that the caller has to
 * free after unlocking (ix_port_free()), or 0. */
uint16_t bound_unlist(struct sock *s);

#endif
