// SPDX-License-Identifier: MIT
/*
 * tcp_rebuild.c - TCP after its driver was killed anywhere in it
 *
 * Lists, hash chains, queues and pools may be half written, and mbufs belong
 * to pools that are made anew: nothing that links is followed. What a pcb or
 * a listener says of itself (state, flags, generation, cookie) is taken as it
 * stands; everything else is built again. Listeners stay. Each connection
 * that the program knows ends with ECONNRESET, the others are forgotten.
 */
#include <string.h>

#include "net/tcp/call/tcp_move.h"
#include "net/tcp/state/tcp_hash.h"
#include "net/tcp/state/tcp_ledger.h"
#include "net/tcp/state/tcp_life.h"
#include "net/tcp/tcp.h"

#define KEPT_FLAGS (TF_PASSIVE | TF_ACCEPTED | TF_CLOSED | TF_DEAD | TF_TOLD)

static void empty(struct tcp_pool *p)
{
	p->hi = 0;
	p->free = 0;
	p->used = 0;
}

static void relink_listener(struct tcp *t, uint32_t i)
{
	struct tcp_listener *l = pool_at(&t->listeners, i);
	uint32_t *chain = &t->port_chain[l->port % TCP_PORT_CHAINS];

	l->queue = (struct tcp_list){ 0 };
	l->nsyn = l->nqueue = 0;
	l->next = *chain;
	*chain = i + 1;
}

/* The free list and the count of a pool's elements; keep: those in use. */
static void relink_pool(struct tcp_pool *p,
			int (*in_use)(const struct tcp_pool *p, uint32_t i))
{
	uint32_t i;

	p->free = 0;
	p->used = p->hi;
	for (i = 0; i < p->hi; i++)
		if (!in_use(p, i))
			pool_put(p, i);
}

static int listener_in_use(const struct tcp_pool *p, uint32_t i)
{
	return ((const struct tcp_listener *)pool_at(p, i))->in_use;
}

static int pcb_in_use(const struct tcp_pool *p, uint32_t i)
{
	return ((const struct tcp_pcb *)pool_at(p, i))->state != TCPS_FREE;
}

static void relink_listeners(struct tcp *t)
{
	uint32_t i;

	memset(t->port_chain, 0, sizeof(t->port_chain));
	relink_pool(&t->listeners, listener_in_use);
	for (i = 0; i < t->listeners.hi; i++)
		if (listener_in_use(&t->listeners, i))
			relink_listener(t, i);
}

/* Has the program heard of p, and did it not forget it yet? */
static int is_known(const struct tcp_pcb *p)
{
	if ((p->flags & (TF_CLOSED | TF_TOLD)) == (TF_CLOSED | TF_TOLD))
		return 0;
	if (p->flags & TF_ACCEPTED)
		return 1;
	return p->listener && p->listener->in_use &&
	       p->state != TCPS_SYN_RCVD && !(p->ev & TE_KNOCK);
}

static void strip(struct tcp_pcb *p)
{
	p->flags &= KEPT_FLAGS;
	p->ev = 0;
	p->sq_head = p->sq_tail = p->sq_off = p->sq_len = 0;
	p->sent_bytes = 0;
	p->rcv = (struct mchain){ 0 };
	p->rcv_deliv = NULL;
	p->rcv_deliv_off = p->rcv_undelivered = p->rcv_done_off = 0;
	p->ooo = NULL;
	p->sb = NULL;
	p->timer.pprev = NULL;
	memset(p->deadline, 0, sizeof(p->deadline));
	memset(p->links, 0, sizeof(p->links));
}

static void end(struct net *n, struct tcp_pcb *p)
{
	unsigned events = p->ev & (TE_CONNECTED | TE_DEAD);

	strip(p);
	if (p->flags & TF_ACCEPTED)
		p->listener = NULL;
	if (p->listener) {
		tcp_list_append(n->tcp, &p->listener->queue, p, TL_LINK);
		p->listener->nqueue++;
	}
	if (p->flags & TF_TOLD)
		events = 0;
	else if (!(p->flags & TF_DEAD))
		tcp_tell_dead(n, p, ECONNRESET);
	else if (!events)
		events = TE_DEAD;
	p->state = TCPS_CLOSED;
	if (events)
		tcp_raise(n, p, events);
}

static void end_pcbs(struct net *n)
{
	struct tcp *t = n->tcp;
	struct tcp_pcb *p;
	uint32_t i;

	for (i = 0; i < t->pcbs.hi; i++) {
		p = tcp_pcb_at(t, i);
		if (p->state == TCPS_FREE)
			continue;
		if (p->state == TCPS_MOVED) {
			strip(p);
			t->nmoved++;
			tcp_hash_insert(t, p);
			continue;
		}
		if (is_known(p)) {
			end(n, p);
			continue;
		}
		p->flags = 0;
		p->listener = NULL;
		p->state = TCPS_FREE;
	}
	relink_pool(&t->pcbs, pcb_in_use);
}

void tcp_recover(struct net *n)
{
	struct tcp *t = n->tcp;

	tcp_move_recover(n);
	t->ready = t->out = t->tw = t->syns = (struct tcp_list){ 0 };
	t->tw_timer.pprev = NULL;
	t->ntw = t->nsyn = t->lingering = t->rx_held = 0;
	t->nmoved = 0;
	tcp_hash_clear(t);
	tcp_port_forget(t);
	empty(&t->pieces);
	empty(&t->ooos);
	empty(&t->sbs);
	relink_listeners(t);
	end_pcbs(n);
}
