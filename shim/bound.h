/* SPDX-License-Identifier: MIT */
/*
 * bound.h - which stream sockets hold which port
 *
 * The kernel watches over wildcard ports, the dataplane over listeners; what
 * neither knows is a socket that is bound to an address of the stack and does
 * not listen yet. Here all bound sockets of the instance are listed.
 */
#ifndef IX_SHIM_BOUND_H
#define IX_SHIM_BOUND_H

#include "shim/sock.h"

/* Would s conflict with another socket at its priv->local? */
bool bound_conflict(const struct sock *s);
/* List s with its priv->local; 0 or -EADDRINUSE. */
int bound_add(struct sock *s);
/* Take s off the list, if it is there. */
void bound_del(struct sock *s);

#endif
