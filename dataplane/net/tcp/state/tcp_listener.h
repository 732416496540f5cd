/* SPDX-License-Identifier: MIT */
/*
 * tcp_listener.h - listeners: allocation, lookup, removal
 */
#ifndef IX_NET_TCP_LISTENER_H
#define IX_NET_TCP_LISTENER_H

#include "net/tcp/state/tcp_seg.h"

static inline struct tcp_listener *tcp_listener_at(const struct tcp *t,
						   uint32_t i)
{
	return pool_at(&t->listeners, i);
}

/* The listener of a handle, or NULL. */
struct tcp_listener *tcp_listener_get(struct net *n, ix_handle_t h);
/* The listener for a connection to ip:port, or NULL. Of several that share the
 * port (SO_REUSEPORT), hash selects one. */
struct tcp_listener *tcp_listener_find(struct net *n, const struct ix_addr *ip,
				       uint16_t port, uint32_t hash);
/* The same for the connection that segment s opens, among those listeners whose
 * scope (enum ix_scope) admits its sender. */
struct tcp_listener *tcp_listener_for(struct net *n, const struct tcp_seg *s,
				      uint32_t hash);
/* Does a listener conflict with a new one on addr:port? any: the new one takes
 * every address; reuseport: it shares the port with others that do. */
int tcp_listener_taken(const struct tcp *t, const struct ix_addr *addr, int any,
		       uint16_t port, int reuseport);
/* A listener with default settings, or NULL. It is not found until it is added.
 * in_use is set last, so that a caller that is killed before leaves nothing
 * behind. */
struct tcp_listener *tcp_listener_alloc(struct net *n);
void tcp_listener_add(struct tcp *t, struct tcp_listener *l);
/* Remove and free l, which has no children left. */
void tcp_listener_remove(struct tcp *t, struct tcp_listener *l);

#endif
