// SPDX-License-Identifier: MIT
/*
 * tcp_listener.c - listeners: made, found, ended
 */
#include "net/tcp/state/tcp_listener.h"

#include <string.h>

#include "net/tcp/state/tcp_conf.h"

struct tcp_listener *tcp_listener_get(struct net *n, ix_handle_t h)
{
	struct tcp *t = n->tcp;
	uint32_t i = IX_HANDLE_INDEX(h);
	struct tcp_listener *l;

	if (IX_HANDLE_KIND(h) == IX_KIND_LISTENER && i < t->listeners.hi) {
		l = tcp_listener_at(t, i);
		if (l->in_use && l->gen == IX_HANDLE_GEN(h))
			return l;
	}
	STAT(n, tcp_bad_handle);
	return NULL;
}

/* 0: does not match, 1: any address, 2: this address. */
static unsigned match(const struct tcp_listener *l, const struct ix_addr *ip,
		      uint16_t port)
{
	if (l->port != port)
		return 0;
	if (l->any)
		return 1;
	return addr_equal(&l->addr, ip) ? 2 : 0;
}

/* rx: of the segment, if there is one. */
static int in_scope(const struct net *n, const struct tcp_listener *l,
		    const struct ip_rx *rx)
{
	return !rx || ip_in_scope(n->sh, l->conf.scope, rx);
}

/* Of a group that shares the port, the hash picks one. */
static struct tcp_listener *find(struct net *n, const struct ix_addr *ip,
				 uint16_t port, uint32_t hash,
				 const struct ip_rx *rx)
{
	struct tcp *t = n->tcp;
	uint32_t first = t->port_chain[port % TCP_PORT_CHAINS];
	uint32_t count[3] = { 0 }, best, i;
	struct tcp_listener *l;

	if (likely(!first))
		return NULL;
	for (i = first; i; i = l->next) {
		l = tcp_listener_at(t, i - 1);
		count[in_scope(n, l, rx) ? match(l, ip, port) : 0]++;
	}
	best = count[2] ? 2 : 1;
	if (!count[best])
		return NULL;
	hash %= count[best];
	for (i = first; i; i = l->next) {
		l = tcp_listener_at(t, i - 1);
		if (match(l, ip, port) == best && in_scope(n, l, rx) &&
		    hash-- == 0)
			return l;
	}
	return NULL;
}

struct tcp_listener *tcp_listener_find(struct net *n, const struct ix_addr *ip,
				       uint16_t port, uint32_t hash)
{
	return find(n, ip, port, hash, NULL);
}

struct tcp_listener *tcp_listener_for(struct net *n, const struct tcp_seg *s,
				      uint32_t hash)
{
	return find(n, &s->rx->dst, s->dport, hash, s->rx);
}

int tcp_listener_taken(const struct tcp *t, const struct ix_addr *addr, int any,
		       uint16_t port, int reuseport)
{
	uint32_t i = t->port_chain[port % TCP_PORT_CHAINS];
	const struct tcp_listener *l;

	for (; i; i = l->next) {
		l = tcp_listener_at(t, i - 1);
		if (l->port != port || (reuseport && l->reuseport))
			continue;
		if (any || l->any || addr_equal(addr, &l->addr))
			return 1;
	}
	return 0;
}

struct tcp_listener *tcp_listener_alloc(struct net *n)
{
	struct tcp *t = n->tcp;
	size_t after = offsetof(struct tcp_listener, gen) + sizeof(uint32_t);
	uint32_t i = pool_get(&t->listeners);
	struct tcp_listener *l;

	if (i == POOL_NONE)
		return NULL;
	l = tcp_listener_at(t, i);
	l->gen += l->gen == UINT32_MAX ? 2 : 1;
	memset((char *)l + after, 0, sizeof(*l) - after);
	tcp_conf_default(&l->conf);
	return l;
}

void tcp_listener_add(struct tcp *t, struct tcp_listener *l)
{
	uint32_t *chain = &t->port_chain[l->port % TCP_PORT_CHAINS];

	l->next = *chain;
	*chain = pool_index(&t->listeners, l) + 1;
	__atomic_store_n(&l->in_use, 1, __ATOMIC_RELEASE);
}

void tcp_listener_remove(struct tcp *t, struct tcp_listener *l)
{
	uint32_t i = pool_index(&t->listeners, l);
	uint32_t *link = &t->port_chain[l->port % TCP_PORT_CHAINS];

	while (*link != i + 1)
		link = &tcp_listener_at(t, *link - 1)->next;
	*link = l->next;
	l->in_use = 0;
	pool_put(&t->listeners, i);
}
