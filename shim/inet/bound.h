/* SPDX-License-Identifier: MIT */
/*
 * bound.h - which stream sockets hold which port
 *
 * The kernel watches over wildcard ports, the dataplane over listeners and
 * connections; what neither knows is a socket that is bound to an address of the
 * stack and does not listen yet. Here all bound sockets of the instance are
 * listed, and the dataplane holds their ports: no connection is given one, and a
 * connection's is refused.
 */
#ifndef IX_SHIM_BOUND_H
#define IX_SHIM_BOUND_H

#include "shim/object/sock.h"

/* Not locked. List s with its priv->local and hold the port; 0 or -EADDRINUSE.
 * chosen: nobody asked for this port, it is to be shared with nobody. */
int bound_add(struct sock *s, bool chosen);
/* Not locked. Take s off the list, if it is there, and free the port. */
void bound_del(struct sock *s);
/* Locked. The first half of it; the port to free when s is unlocked, or 0. */
uint16_t bound_unlist(struct sock *s);

#endif
