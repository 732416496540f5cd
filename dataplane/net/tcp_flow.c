// SPDX-License-Identifier: MIT
/*
 * tcp_flow.c - connections on another elastic thread, and moving them
 *
 * The group of a flow names the elastic thread where its segments are looked
 * for. A connection that has moved away leaves a pcb behind there, in state
 * MOVED, which says where to. It goes when the connection's end is told
 * (FLOW_END), or when a segment that was handed on comes back.
 */
#include <string.h>

#include "net/flow.h"
#include "net/tcp_int.h"

uint32_t tcp_pcb_owner(const struct net *n, const struct tcp_pcb *p)
{
	return flow_owner(n->sh->flow, &p->path.dst, &p->path.src, p->rport,
			  p->lport);
}

/* Payload and header as they came. */
static void hand_over(struct net *n, struct tcp_seg *s, uint32_t to,
		      uint8_t flags)
{
	rte_pktmbuf_prepend(s->m, s->hdr);
	flow_send(n, to, FLOW_L4, flags, s->rx, s->m);
	s->m = NULL;
}

int tcp_elsewhere(struct net *n, struct tcp_seg *s)
{
	uint32_t owner = flow_owner(n->sh->flow, &s->rx->src, &s->rx->dst,
				    s->sport, s->dport);
	uint8_t flags = 0;

	if (owner == n->id)
		return 0;
	if (n->flow_flags & FLOW_FORWARDED) {
		STAT(n, flow_bounced);
		flags = FLOW_BOUNCED;
	}
	hand_over(n, s, owner, flags);
	return 1;
}

int tcp_moved_input(struct net *n, struct tcp_pcb *p, struct tcp_seg *s)
{
	if ((n->flow_flags & FLOW_BOUNCED) && n->flow_from == p->moved_to) {
		tcp_pcb_free(n, p);
		return 0;
	}
	hand_over(n, s, p->moved_to, FLOW_FORWARDED);
	return 1;
}

void tcp_flow_ended(struct net *n, const struct ip_rx *rx, uint16_t sport,
		    uint16_t dport)
{
	struct tcp_pcb *p =
		tcp_hash_find(n->tcp, &rx->dst, dport, &rx->src, sport);

	if (p && p->state == TCPS_MOVED && p->moved_to == n->flow_from)
		tcp_pcb_free(n, p);
}

void tcp_unhash(struct net *n, struct tcp_pcb *p)
{
	tcp_hash_remove(n->tcp, p);
	if (likely(!(p->flags & TF_AWAY)))
		return;
	p->flags &= ~(uint32_t)TF_AWAY;
	flow_send_end(n, tcp_pcb_owner(n, p), &p->path.dst, &p->path.src,
		      p->rport, p->lport);
}

uint32_t tcp_where(struct net *n, const struct ix_addr *lip, uint16_t lport,
		   const struct ix_addr *rip, uint16_t rport)
{
	const struct tcp_pcb *p = tcp_hash_find(n->tcp, lip, lport, rip, rport);

	if (!p)
		return flow_owner(n->sh->flow, rip, lip, rport, lport);
	return p->state == TCPS_MOVED ? p->moved_to : n->id;
}

/*
 * Moving
 */
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

/* Everything but what lies in pools or links. */
static void copy_plain(struct tcp_pcb *q, const struct tcp_pcb *p)
{
	uint32_t gen = q->gen;

	*q = *p;
	q->gen = gen;
	q->hash_next = 0;
	q->flags &= ~(uint32_t)(TF_HASHED | TF_READY | TF_OUT | TF_LINGER |
				TF_AWAY | TF_RTT);
	memset(q->links, 0, sizeof(q->links));
	memset(q->cur, 0, sizeof(q->cur));
	q->timer = (struct timer){ .fn = p->timer.fn };
	q->sq_head = q->sq_tail = q->sq_off = q->sq_len = 0;
	q->rcv = (struct mchain){ 0 };
	q->rcv_deliv = NULL;
	q->rcv_deliv_off = q->rcv_undelivered = q->rcv_done_off = 0;
	q->ooo = NULL;
	q->sb = NULL;
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
		   struct rte_mempool *pool, struct tcp_move *move_out)
{
	struct tcp_pcb *p = tcp_pcb_get(from, h), *q = tcp_pcb_alloc(to);

	if (!q)
		return -ENOBUFS;
	copy_plain(q, p);
	if (copy_pooled(to, q, from, p, pool) < 0) {
		tcp_pcb_free(to, q);
		return -ENOBUFS;
	}
	*move_out = (struct tcp_move){ p, q };
	return 0;
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
	if (!stub) {
		stub = tcp_pcb_alloc(owner);
		if (!stub)
			return;
		stub->path = q->path;
		stub->lport = q->lport;
		stub->rport = q->rport;
		stub->state = TCPS_MOVED;
		stub->flags = TF_CLOSED | TF_TOLD;
		t->nmoved++;
		tcp_hash_insert(t, stub);
	}
	stub->moved_to = (uint8_t)to->id;
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

ix_handle_t tcp_move_end(struct net *from, struct net *to, struct net *owner,
			 const struct tcp_move *move)
{
	struct tcp_pcb *p = move->from, *q = move->to;
	uint32_t flags = p->flags;

	STAT(from, flow_out);
	STAT(to, flow_in);
	p->flags &= ~(uint32_t)TF_AWAY;
	tcp_pcb_free(from, p);
	point(owner, to, q);
	if (owner != to)
		q->flags |= TF_AWAY;
	list(to, q, flags);
	return tcp_handle(to, q);
}
