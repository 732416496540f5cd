// SPDX-License-Identifier: MIT
/*
 * tcp_move.c - a connection moves from one elastic thread to another
 *
 * Whoever moves it may be killed anywhere, and each of the elastic threads that
 * it held is then recovered for itself, in any order. struct net_shared.move
 * says of each that gives a connection away how far that is: until MOVE_DONE the
 * connection is where it was and the new pcb never existed, from then on it is
 * the other way round. So the program is told of its end once, and by the pcb
 * that it can close.
 */
#include "net/tcp/call/tcp_move.h"

#include <string.h>

#include "net/tcp/state/tcp_arm.h"
#include "net/tcp/state/tcp_hash.h"
#include "net/tcp/state/tcp_life.h"
#include "net/tcp/state/tcp_ooo.h"
#include "net/tcp/state/tcp_rcvq.h"
#include "net/tcp/state/tcp_sack.h"
#include "net/tcp/state/tcp_sendq.h"
#include "net/tcp/tcp.h"

enum {
	MOVE_OPEN = 1,	 /* the new pcb is being made */
	MOVE_DONE = 2,	 /* the old one is being given up */
	MOVE_UNDONE = 4, /* killed before that */
	/* recovered since: where it came from, where it went to */
	MOVE_FROM = 8,
	MOVE_TO = 16,
};
#define MOVE_SETTLED (MOVE_FROM | MOVE_TO)

/* What is written before is there before, what comes after comes after. */
static void reach(struct net_move *m, uint32_t state)
{
	__atomic_exchange_n(&m->state, state, __ATOMIC_SEQ_CST);
}

int tcp_move_owner(struct net *n, ix_handle_t h)
{
	const struct tcp_pcb *p = tcp_pcb_get(n, h);

	if (!p)
		return -EBADF;
	if (!(p->flags & TF_HASHED) || !(p->flags & TF_ACCEPTED) ||
	    p->state == TCPS_TIME_WAIT)
		return -EOPNOTSUPP;
	return (int)tcp_pcb_owner(n, p);
}

/* Everything but what lies in pools or links. Its generation stays q's own at
 * every moment. */
static void copy_plain(struct tcp_pcb *q, const struct tcp_pcb *p)
{
	struct tcp_pcb c = *p;

	c.gen = q->gen;
	c.hash_next = 0;
	c.flags &= ~(uint32_t)(TF_HASHED | TF_READY | TF_OUT | TF_LINGER |
			       TF_AWAY | TF_RTT);
	memset(c.links, 0, sizeof(c.links));
	memset(c.cur, 0, sizeof(c.cur));
	c.timer = (struct timer){ .fn = p->timer.fn };
	c.sq_head = c.sq_tail = c.sq_off = c.sq_len = 0;
	c.rcv = (struct mchain){ 0 };
	c.rcv_deliv = NULL;
	c.rcv_deliv_off = c.rcv_undelivered = c.rcv_done_off = 0;
	c.ooo = NULL;
	c.sb = NULL;
	*q = c;
}

static int copy_pooled(struct net *to, struct tcp_pcb *q,
		       const struct net *from, const struct tcp_pcb *p,
		       struct rte_mempool *pool)
{
	int rc = tcp_sq_clone(to, q, from, p);

	if (rc == 0)
		rc = tcp_sack_clone(to, q, p);
	if (rc == 0)
		rc = tcp_rcv_clone(to, q, p, pool);
	if (rc == 0)
		rc = tcp_ooo_clone(to, q, p, pool);
	return rc;
}

int tcp_move_begin(struct net *from, struct net *to, ix_handle_t h,
		   struct rte_mempool *pool)
{
	struct net_move *m = &from->sh->move[from->id];
	struct tcp_pcb *p = tcp_pcb_get(from, h), *q;

	/* the last one was cut short, and where it went to is not recovered */
	if (m->state)
		return -EAGAIN;
	q = tcp_pcb_alloc(to);
	if (!q)
		return -ENOBUFS;
	m->from = p;
	m->to = q;
	m->to_id = to->id;
	reach(m, MOVE_OPEN);
	copy_plain(q, p);
	*tcp_marks(to->tcp, q) = *tcp_marks(from->tcp, p);
	if (copy_pooled(to, q, from, p, pool) == 0)
		return 0;
	tcp_pcb_free(to, q);
	reach(m, 0);
	return -ENOBUFS;
}

/* The owner's word for where q is. What moves away from there has left a free
 * pcb behind, and what moves on has a stub. */
static void point(struct net *owner, struct net *to, const struct tcp_pcb *q)
{
	struct tcp *t = owner->tcp;
	struct tcp_pcb *stub = tcp_hash_find(t, &q->path.src, q->lport,
					     &q->path.dst, q->rport);

	if (owner == to) {
		if (stub)
			tcp_pcb_free(owner, stub);
		return;
	}
	if (stub) {
		stub->moved_to = (uint8_t)to->id;
		return;
	}
	stub = tcp_pcb_alloc(owner);
	if (!stub)
		return;
	stub->path = q->path;
	stub->lport = q->lport;
	stub->rport = q->rport;
	stub->flags = TF_CLOSED | TF_TOLD;
	stub->moved_to = (uint8_t)to->id;
	/* the last of it: one that is MOVED says where to */
	__atomic_store_n(&stub->state, TCPS_MOVED, __ATOMIC_RELEASE);
	t->nmoved++;
	tcp_hash_insert(t, stub);
}

/* Put q where the flags and queues of p said that it was. */
static void list(struct net *to, struct tcp_pcb *q, uint32_t flags)
{
	tcp_hash_insert(to->tcp, q);
	tcp_linger_update(to, q);
	tcp_timer_rearm(to, q);
	if (flags & TF_OUT)
		tcp_want_output(to, q);
	if (flags & TF_READY || q->rcv_undelivered || q->ev)
		tcp_raise(to, q, 0);
}

ix_handle_t tcp_move_end(struct net *from, struct net *to, struct net *owner)
{
	struct net_move *m = &from->sh->move[from->id];
	struct tcp_pcb *p = m->from, *q = m->to;
	uint32_t flags = p->flags;

	STAT(from, flow_out);
	STAT(to, flow_in);
	reach(m, MOVE_DONE);
	p->flags &= ~(uint32_t)TF_AWAY;
	tcp_pcb_free(from, p);
	point(owner, to, q);
	if (owner != to)
		q->flags |= TF_AWAY;
	list(to, q, flags);
	reach(m, 0);
	return tcp_handle(to, q);
}

/*
 * Killed meanwhile
 */

/* One word decides for both sides, whichever is recovered first. */
static uint32_t decide(struct net_move *m)
{
	uint32_t state = MOVE_OPEN;

	if (__atomic_compare_exchange_n(&m->state, &state, MOVE_UNDONE, 0,
					__ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST))
		return MOVE_UNDONE;
	return state;
}

static void forget(struct tcp_pcb *p)
{
	p->flags = 0;
	p->listener = NULL;
	p->state = TCPS_FREE;
}

static void settle(struct net_move *m, uint32_t side)
{
	uint32_t state = decide(m);

	if (!state || (state & side))
		return;
	if (side == MOVE_FROM && (state & MOVE_DONE))
		forget(m->from);
	if (side == MOVE_TO && (state & MOVE_UNDONE))
		forget(m->to);
	state = __atomic_or_fetch(&m->state, side, __ATOMIC_SEQ_CST);
	if ((state & MOVE_SETTLED) == MOVE_SETTLED)
		reach(m, 0);
}

void tcp_move_recover(struct net *n)
{
	struct net_move *m = n->sh->move;
	uint32_t i;

	for (i = 0; i < IX_MAX_ETHREADS; i++) {
		if (!__atomic_load_n(&m[i].state, __ATOMIC_ACQUIRE))
			continue;
		if (i == n->id)
			settle(&m[i], MOVE_FROM);
		else if (m[i].to_id == n->id)
			settle(&m[i], MOVE_TO);
	}
}
