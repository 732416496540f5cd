// SPDX-License-Identifier: MIT
/*
 * tcp_listen.c - listeners, and connections that are not accepted yet
 *
 * RFC 9293 3.10.7.2 (LISTEN state). The backlog as on Linux: a SYN is
 * dropped while more than `backlog` connections await ACCEPT, and the last
 * step of a handshake waits for room. Half-open connections are bounded for
 * each listener and for all of them; beyond that SYNs are answered without
 * a state (tcp_syncookie.c).
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
		l = listener_at(t, i - 1);
		count[in_scope(n, l, rx) ? match(l, ip, port) : 0]++;
	}
	best = count[2] ? 2 : 1;
	if (!count[best])
		return NULL;
	hash %= count[best];
	for (i = first; i; i = l->next) {
		l = listener_at(t, i - 1);
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

/* Killed on the way, it is none: in_use is set when all else is there. */
static struct tcp_listener *listener_alloc(struct net *n)
{
	struct tcp *t = n->tcp;
	size_t after = offsetof(struct tcp_listener, gen) + sizeof(uint32_t);
	uint32_t i = pool_get(&t->listeners);
	struct tcp_listener *l;

	if (i == POOL_NONE)
		return NULL;
	l = listener_at(t, i);
	l->gen += l->gen == UINT32_MAX ? 2 : 1;
	memset((char *)l + after, 0, sizeof(*l) - after);
	tcp_conf_default(&l->conf);
	return l;
}

static void listener_link(struct tcp *t, struct tcp_listener *l)
{
	uint32_t *chain = &t->port_chain[l->port % TCP_PORT_CHAINS];

	l->next = *chain;
	*chain = pool_index(&t->listeners, l) + 1;
	__atomic_store_n(&l->in_use, 1, __ATOMIC_RELEASE);
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
	l = listener_alloc(n);
	if (!l)
		return -ENOBUFS;
	l->port = (uint16_t)port;
	l->addr = ip;
	l->any = (uint8_t)any;
	l->reuseport = reuse != 0;
	l->backlog = b->len;
	l->cookie = b->cookie;
	l->conf.mute = (b->flags & IX_HELD) != 0;
	listener_link(n->tcp, l);
	b->lport = (uint16_t)port;
	b->handle = IX_HANDLE(pool_index(&n->tcp->listeners, l),
			      IX_KIND_LISTENER, l->gen);
	return 0;
}

static struct tcp_pcb *first_child(const struct tcp *t,
				   const struct tcp_listener *l)
{
	struct tcp_pcb *p = tcp_list_first(t, &l->queue);
	uint32_t i;

	if (p || !l->nsyn)
		return p;
	for (i = t->syns.first; i; i = p->links[TL_LINK].next) {
		p = tcp_pcb_at(t, i - 1);
		if (p->listener == l)
			return p;
	}
	return NULL;
}

int tcp_unlisten(struct net *n, ix_handle_t h)
{
	struct tcp_listener *l = tcp_listener_get(n, h);
	struct tcp *t = n->tcp;
	struct tcp_pcb *p;
	uint32_t *link, i;

	if (!l)
		return -EBADF;
	while ((p = first_child(t, l))) {
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

/* p is half-open. */
static void syns_add(struct tcp *t, struct tcp_listener *l, struct tcp_pcb *p)
{
	p->listener = l;
	l->nsyn++;
	t->nsyn++;
	tcp_list_append(t, &t->syns, p, TL_LINK);
}

static void syns_remove(struct tcp *t, struct tcp_pcb *p)
{
	p->listener->nsyn--;
	t->nsyn--;
	tcp_list_remove(t, &t->syns, p, TL_LINK);
}

/* p is no child of its listener any more. */
void tcp_listener_leave(struct net *n, struct tcp_pcb *p)
{
	struct tcp_listener *l = p->listener;

	if (!l)
		return;
	if (p->state == TCPS_SYN_RCVD) {
		syns_remove(n->tcp, p);
	} else {
		l->nqueue--;
		tcp_list_remove(n->tcp, &l->queue, p, TL_LINK);
	}
	p->listener = NULL;
}

/* The peer is there and waits for room in the backlog: p is forgotten last. */
static void syn_acked(struct tcp *t, struct tcp_pcb *p)
{
	p->flags |= TF_SYN_ACKED;
	tcp_list_remove(t, &t->syns, p, TL_LINK);
	tcp_list_append(t, &t->syns, p, TL_LINK);
}

/* Is p to wait for bytes, of which s has none? Not for ever: then the SYN-ACK
 * is sent again, and the answer to that is taken as it is. */
static int is_deferred(const struct tcp_pcb *p, const struct tcp_seg *s)
{
	return p->backoff < p->listener->defer && !s->len &&
	       !(s->flags & TH_FIN) && !(p->flags & TF_SYNCOOKIE);
}

/* The handshake of a child is complete: RFC 9293 3.10.7.4, fifth. */
enum tcp_verdict tcp_knock(struct net *n, struct tcp_pcb *p,
			   const struct tcp_seg *s)
{
	struct tcp_listener *l = p->listener;

	if (unlikely(is_deferred(p, s))) {
		STAT(n, tcp_deferred);
		syn_acked(n->tcp, p);
		return TCP_DROP;
	}
	if (l->nqueue > l->backlog) {
		STAT(n, tcp_drop_backlog_ack);
		syn_acked(n->tcp, p);
		return TCP_DROP;
	}
	syns_remove(n->tcp, p);
	l->nqueue++;
	tcp_list_append(n->tcp, &l->queue, p, TL_LINK);
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
	/* killed on the way, it is the listener's or the program's */
	p->cookie = cookie;
	p->flags |= TF_ACCEPTED;
	tcp_listener_leave(n, p);
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

/*
 * A quarter of all connections may be half-open: a stranger makes them
 * without saying truly who he is.
 */
enum tcp_syn_load tcp_syn_load(const struct tcp *t,
			       const struct tcp_listener *l)
{
	uint32_t max = u32_max(l->backlog, TCP_HALF_OPEN_MIN);
	uint32_t all = t->pcbs.max / 4;

	if (l->nsyn > max || t->nsyn >= all)
		return SYN_FULL;
	return l->nsyn > max / 2 || t->nsyn >= all / 2 ? SYN_MANY : SYN_FEW;
}

/* Forget the half-open connection that has waited longest; 0: there is none. */
int tcp_syn_evict(struct net *n)
{
	struct tcp_pcb *p = tcp_list_first(n->tcp, &n->tcp->syns);

	if (!p)
		return 0;
	STAT(n, tcp_syn_evicted);
	tcp_pcb_free(n, p);
	return 1;
}

void tcp_child_name(struct tcp_pcb *p, const struct tcp_seg *s)
{
	p->path.src = s->rx->dst;
	p->path.dst = s->rx->src;
	p->lport = s->dport;
	p->rport = s->sport;
	p->lip = s->rx->local;
}

int tcp_child_init(struct net *n, const struct tcp_listener *l,
		   struct tcp_pcb *p, const struct tcp_seg *s)
{
	tcp_child_name(p, s);
	p->path.answer = 1;
	if (ip_route(n, &p->path) < 0) {
		STAT(n, tcp_no_route);
		return -1;
	}
	p->conf = l->conf;
	p->share = l->share;
	p->cookie = l->cookie;
	p->flags |= TF_PASSIVE;
	p->state = TCPS_SYN_RCVD;
	p->ts_off = tcp_ts_offset(n, p);
	p->snd_wnd = p->max_wnd = s->wnd;
	return 0;
}

void tcp_child_begin(struct net *n, struct tcp_pcb *p, uint32_t iss,
		     uint32_t irs, const struct tcp_opts *o)
{
	p->rcv_nxt = irs + 1;
	p->rcv_adv = p->last_ack_sent = p->rcv_nxt;
	p->snd_wl1 = irs;
	p->snd_una = p->snd_nxt = p->snd_sml = iss;
	p->sq_seq = iss + 1;
	tcp_opts_syn(n, p, o);
	tcp_conf_apply(n, p);
}

void tcp_child_add(struct net *n, struct tcp_listener *l, struct tcp_pcb *p)
{
	STAT(n, tcp_passive_open);
	syns_add(n->tcp, l, p);
	tcp_hash_insert(n->tcp, p);
}

/*
 * The initial sequence number of a half-open connection. Where there are
 * many it is a SYN cookie: then nothing is lost if its state is forgotten.
 */
static uint32_t child_iss(struct net *n, const struct tcp_listener *l,
			  struct tcp_pcb *p, const struct tcp_seg *s,
			  uint32_t isn_min)
{
	uint32_t iss;

	if (!isn_min && tcp_syn_load(n->tcp, l) != SYN_FEW)
		return tcp_syncookie_isn(n, p, s);
	iss = tcp_isn(n, p);
	return isn_min && seq_lt(iss, isn_min) ? isn_min : iss;
}

/*
 * Third: a SYN makes a connection in SYN-RECEIVED. One that ended a TIME-WAIT
 * takes its place, however many there are: a cookie cannot begin at isn_min.
 */
static void listen_syn(struct net *n, struct tcp_listener *l,
		       const struct tcp_seg *s, uint32_t isn_min)
{
	struct tcp_opts o = s->o;
	struct tcp_pcb *p = NULL;
	uint32_t iss;

	if (l->nqueue > l->backlog) {
		STAT(n, tcp_drop_backlog);
		return;
	}
	if (isn_min || tcp_syn_load(n->tcp, l) != SYN_FULL)
		p = tcp_pcb_alloc(n);
	if (!p) {
		if (isn_min)
			STAT(n, tcp_drop_nopcb);
		else
			tcp_syncookie_send(n, l, s);
		return;
	}
	if (tcp_child_init(n, l, p, s) < 0) {
		tcp_pcb_free(n, p);
		return;
	}
	iss = child_iss(n, l, p, s, isn_min);
	if (p->flags & TF_SYNCOOKIE) /* it may be forgotten and come back */
		tcp_syncookie_opts(&o);
	tcp_child_begin(n, p, iss, s->seq, &o);
	tcp_child_add(n, l, p);
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
	if (unlikely(!tcp_admits(n, &l->conf, s->rx)))
		return;
	/* First: a reset is ignored */
	if (s->flags & TH_RST) {
		STAT(n, tcp_drop_noport_rst);
		return;
	}
	/* Second: an acknowledgement is bad, but of a SYN cookie */
	if (s->flags & TH_ACK) {
		if (tcp_syncookie_input(n, l, s))
			return;
		STAT(n, tcp_drop_noport);
		tcp_reset_reply(n, s);
		return;
	}
	if ((s->flags & (TH_SYN | TH_FIN)) == TH_SYN)
		listen_syn(n, l, s, isn_min);
	else
		STAT(n, tcp_drop_listen);
}
