/* SPDX-License-Identifier: MIT */
/*
 * tcp_listener.h - listeners: made, found, ended
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
/* For a connection to ip:port, whose hash picks one of a group; or NULL. */
struct tcp_listener *tcp_listener_find(struct net *n, const struct ix_addr *ip,
				       uint16_t port, uint32_t hash);
/* ... that takes s. */
struct tcp_listener *tcp_listener_for(struct net *n, const struct tcp_seg *s,
				      uint32_t hash);
/* Is another one in the way of a new one on addr:port? */
int tcp_listener_taken(const struct tcp *t, const struct ix_addr *addr, int any,
		       uint16_t port, int reuseport);
/* One that nobody finds before it is added, or NULL. Killed on the way, it is
 * none: in_use is set when all else is there. */
struct tcp_listener *tcp_listener_alloc(struct net *n);
void tcp_listener_add(struct tcp *t, struct tcp_listener *l);
/* It has no child any more. */
void tcp_listener_remove(struct tcp *t, struct tcp_listener *l);

#endif
