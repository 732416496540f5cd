// SPDX-License-Identifier: MIT
/*
 * tcp_backlog.c - connections that are not accepted yet
 *
 * As on Linux: more than `backlog` connections do not await ACCEPT, and the last
 * step of a handshake waits for room. Half-open connections are bounded for
 * each listener and for all of them.
 */
#include "net/tcp/state/tcp_backlog.h"

void tcp_backlog_add(struct tcp *t, struct tcp_listener *l, struct tcp_pcb *p)
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

struct tcp_pcb *tcp_backlog_first(const struct tcp *t,
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

enum tcp_verdict tcp_backlog_knock(struct net *n, struct tcp_pcb *p,
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
