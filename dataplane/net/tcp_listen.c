// SPDX-License-Identifier: MIT
/*
 * tcp_listen.c - listeners, and connections that are not accepted yet
 *
 * RFC 9293 3.10.7.2 (LISTEN state). The backlog as on Linux: a SYN is
 * dropped while more than `backlog` connections await ACCEPT, and the last
 * step of a handshake waits for room.
 */
#include <string.h>

#include "net/tcp_int.h"

static struct tcp_listener *listener_at(const struct tcp *t, uint32_t i)
{
	return pool_at(&t->listeners, i);
}

struct tcp_listener *tcp_listener_get(struct net *n, ix_handle_t h)
{
	struct tcp *t = n->tcp;
	uint32_t i = IX_HANDLE_INDEX(h);
	struct tcp_listener *l;

	if (IX_HANDLE_KIND(h) == IX_KIND_LISTENER && i < t->listeners.hi) {
		l = listener_at(t, i);
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

/* Of a group that shares the port, the hash picks one. */
struct tcp_listener *tcp_listener_find(struct net *n, const struct ix_addr *ip,
				       uint16_t port, uint32_t hash)
{
	struct tcp *t = n->tcp;
	uint32_t first = t->port_chain[port % TCP_PORT_CHAINS];
	uint32_t count[3] = { 0 }, best, i;
	struct tcp_listener *l;

	if (likely(!first))
		return NULL;
	for (i = first; i; i = l->next) {
		l = listener_at(t, i - 1);
		count[match(l, ip, port)]++;
	}
	best = count[2] ? 2 : 1;
	if (!count[best])
		return NULL;
	hash %= count[best];
	for (i = first; i; i = l->next) {
		l = listener_at(t, i - 1);
		if (match(l, ip, port) == best && hash-- == 0)
			return l;
	}
	return NULL;
}

/* May a listener on addr:port be added? */
static int port_taken(const struct tcp *t, const struct ix_addr *addr, int any,
		      uint16_t port, int reuseport)
{
	uint32_t i = t->port_chain[port % TCP_PORT_CHAINS];
	const struct tcp_listener *l;

	for (; i; i = l->next) {
		l = listener_at(t, i - 1);
		if (l->port != port || (reuseport && l->reuseport))
			continue;
		if (any || l->any || addr_equal(addr, &l->addr))
			return 1;
	}
	return 0;
}

static struct tcp_listener *listener_alloc(struct net *n, uint16_t port)
{
	struct tcp *t = n->tcp;
	uint32_t i = pool_get(&t->listeners);
	uint32_t *chain = &t->port_chain[port % TCP_PORT_CHAINS];
	struct tcp_listener *l;
	uint32_t gen;

	if (i == POOL_NONE)
		return NULL;
	l = listener_at(t, i);
	gen = l->gen + 1;
	memset(l, 0, sizeof(*l));
	l->gen = gen ? gen : 1;
	l->in_use = 1;
	l->port = port;
	l->next = *chain;
	*chain = i + 1;
	tcp_conf_default(&l->conf);
	return l;
}

int tcp_listen(struct net *n, struct ix_bsys *b)
{
	struct ix_addr ip = b->ip;
	int any = addr_is_any(&ip), reuse = b->flags & IX_LISTEN_REUSEPORT;
	int port = b->lport;
	struct tcp_listener *l;

	if (!any && ip_route_class(n->sh, &ip) != 1)
		return -EADDRNOTAVAIL;
	if (port == 0)
		port = tcp_port_choose_listen(n);
	if (port < 0)
		return port;
	if (port_taken(n->tcp, &ip, any, (uint16_t)port, reuse))
		return -EADDRINUSE;
	l = listener_alloc(n, (uint16_t)port);
	if (!l)
		return -ENOBUFS;
	l->addr = ip;
	l->any = (uint8_t)any;
	l->reuseport = reuse != 0;
	l->backlog = b->len;
	l->cookie = b->cookie;
	b->lport = (uint16_t)port;
	b->handle = IX_HANDLE(pool_index(&n->tcp->listeners, l),
			      IX_KIND_LISTENER, l->gen);
	return 0;
}

int tcp_unlisten(struct net *n, ix_handle_t h)
{
	struct tcp_listener *l = tcp_listener_get(n, h);
	struct tcp *t = n->tcp;
	struct tcp_pcb *p;
	uint32_t *link, i;

	if (!l)
		return -EBADF;
	while ((p = tcp_list_first(t, &l->children))) {
		tcp_reset_send(n, p);
		tcp_pcb_free(n, p);
	}
	i = pool_index(&t->listeners, l);
	link = &t->port_chain[l->port % TCP_PORT_CHAINS];
	while (*link != i + 1)
		link = &listener_at(t, *link - 1)->next;
	*link = l->next;
	l->in_use = 0;
	pool_put(&t->listeners, i);
	return 0;
}

/* p is no child of its listener any more. */
void tcp_listener_leave(struct net *n, struct tcp_pcb *p)
{
	struct tcp_listener *l = p->listener;

	if (!l)
		return;
	tcp_list_remove(n->tcp, &l->children, p, TL_LINK);
	if (p->state == TCPS_SYN_RCVD)
		l->nsyn--;
	else
		l->nqueue--;
	p->listener = NULL;
}

/* The handshake of a child is complete: RFC 9293 3.10.7.4, fifth. */
enum tcp_verdict tcp_knock(struct net *n, struct tcp_pcb *p)
{
	struct tcp_listener *l = p->listener;

	if (l->nqueue > l->backlog) {
		STAT(n, tcp_drop_backlog_ack);
		return TCP_DROP;
	}
	l->nsyn--;
	l->nqueue++;
	tcp_raise(n, p, TE_KNOCK);
	return TCP_GO;
}

int tcp_accept(struct net *n, ix_handle_t h, uint64_t cookie)
{
	struct tcp_pcb *p = tcp_pcb_get(n, h);

	if (!p)
		return -EBADF;
	if (!p->listener || p->state == TCPS_SYN_RCVD)
		return -EINVAL;
	tcp_listener_leave(n, p);
	p->flags |= TF_ACCEPTED;
	p->cookie = cookie;
	p->ev = (uint8_t)(p->ev & ~(unsigned)TE_KNOCK);
	tcp_raise(n, p, 0); /* what came before */
	tcp_keep_arm(n, p);
	return 0;
}

int tcp_reject(struct net *n, ix_handle_t h)
{
	struct tcp_pcb *p = tcp_pcb_get(n, h);

	if (!p)
		return -EBADF;
	if (!p->listener || p->state == TCPS_SYN_RCVD)
		return -EINVAL;
	tcp_reset_send(n, p);
	tcp_pcb_free(n, p);
	return 0;
}

static int backlog_full(struct net *n, const struct tcp_listener *l)
{
	if (l->nqueue > l->backlog) {
		STAT(n, tcp_drop_backlog);
		return 1;
	}
	if (l->nsyn > u32_max(l->backlog, TCP_HALF_OPEN_MIN)) {
		STAT(n, tcp_drop_backlog_syn);
		return 1;
	}
	return 0;
}

static struct tcp_pcb *child_alloc(struct net *n, struct tcp_listener *l,
				   const struct tcp_seg *s)
{
	struct tcp_pcb *p = tcp_pcb_alloc(n);

	if (!p) {
		STAT(n, tcp_drop_nopcb);
		return NULL;
	}
	p->path.src = s->rx->dst;
	p->path.dst = s->rx->src;
	p->lport = s->dport;
	p->rport = s->sport;
	p->lip = s->rx->local;
	p->conf = l->conf;
	if (ip_route(n, &p->path) < 0) {
		STAT(n, tcp_no_route);
		tcp_pcb_free(n, p);
		return NULL;
	}
	p->listener = l;
	p->cookie = l->cookie;
	p->flags |= TF_PASSIVE;
	p->state = TCPS_SYN_RCVD;
	l->nsyn++;
	tcp_list_append(n->tcp, &l->children, p, TL_LINK);
	tcp_hash_insert(n->tcp, p);
	return p;
}

/* Third: a SYN makes a connection in SYN-RECEIVED. */
static void listen_syn(struct net *n, struct tcp_listener *l,
		       const struct tcp_seg *s, uint32_t isn_min)
{
	struct tcp_pcb *p;
	uint32_t iss;

	if (backlog_full(n, l))
		return;
	p = child_alloc(n, l, s);
	if (!p)
		return;
	STAT(n, tcp_passive_open);
	p->rcv_nxt = s->seq + 1;
	p->rcv_adv = p->last_ack_sent = p->rcv_nxt;
	iss = tcp_isn(n, p);
	if (isn_min && seq_lt(iss, isn_min))
		iss = isn_min;
	p->ts_off = tcp_ts_offset(n, p);
	p->snd_una = p->snd_nxt = p->snd_sml = iss;
	p->sq_seq = iss + 1;
	p->snd_wnd = p->max_wnd = s->wnd;
	p->snd_wl1 = s->seq;
	tcp_opts_syn(n, p, &s->o);
	tcp_conf_apply(n, p);
	p->flags |= TF_SYNNOW;
	tcp_want_output(n, p);
}

/*
 * RFC 9293 3.10.7.2. isn_min: our numbers must begin at or above it (a
 * TIME-WAIT of the same tuple was ended); 0: anywhere.
 */
void tcp_listen_input(struct net *n, struct tcp_listener *l, struct tcp_seg *s,
		      uint32_t isn_min)
{
	/* First: a reset is ignored */
	if (s->flags & TH_RST) {
		STAT(n, tcp_drop_noport_rst);
		return;
	}
	/* Second: an acknowledgement is bad */
	if (s->flags & TH_ACK) {
		STAT(n, tcp_drop_noport);
		tcp_reset_reply(n, s);
		return;
	}
	if (s->flags & TH_SYN)
		listen_syn(n, l, s, isn_min);
	else
		STAT(n, tcp_drop_listen);
}
