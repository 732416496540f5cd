// SPDX-License-Identifier: MIT
/*
 * check.c - is the state of an elastic thread consistent?
 *
 * Every list, chain, queue and count is followed and compared with what the
 * objects say of themselves. Walks are bounded, so that a loop is found.
 */
#include "fuzz/input.h"
#include "fuzz/world.h"
#include "net/flow/flow.h"
#include "net/ip/ip_loop.h"
#include "net/ip/ip_state.h"
#include "net/neigh/neigh_wait.h"
#include "net/tcp/state/tcp_hash.h"
#include "net/udp/udp_port.h"

/* What was counted while all pcbs were looked at. */
struct census {
	uint32_t used, hashed, ready, out, tw, moved, lingering;
	uint32_t pieces, ooos, sbs, held, timers;
};

/*
 * Pools
 */
static void check_pool(const struct tcp_pool *p, uint32_t used)
{
	uint32_t i, nfree = 0;

	MUST(p->hi <= p->max);
	for (i = p->free; i; i = *(const uint32_t *)pool_at(p, i - 1)) {
		MUST(i <= p->hi);
		MUST(++nfree <= p->hi);
	}
	MUST(p->used == used);
	MUST(nfree + used == p->hi);
}

/*
 * Lists
 */
static uint32_t walk(const struct tcp *t, const struct tcp_list *l,
		     enum tcp_which w,
		     int (*belongs)(const struct tcp_pcb *p, const void *arg),
		     const void *arg)
{
	uint32_t i, prev = 0, n = 0;

	for (i = l->first; i; i = tcp_pcb_at(t, i - 1)->links[w].next) {
		const struct tcp_pcb *p;

		MUST(i <= t->pcbs.hi);
		p = tcp_pcb_at(t, i - 1);
		MUST(p->state != TCPS_FREE);
		MUST(p->links[w].prev == prev);
		MUST(belongs(p, arg));
		MUST(++n <= t->pcbs.hi);
		prev = i;
	}
	MUST(l->last == prev);
	return n;
}

static int is_ready(const struct tcp_pcb *p, const void *arg)
{
	(void)arg;
	return (p->flags & TF_READY) != 0;
}

static int is_out(const struct tcp_pcb *p, const void *arg)
{
	(void)arg;
	return (p->flags & TF_OUT) != 0;
}

static int is_tw(const struct tcp_pcb *p, const void *arg)
{
	(void)arg;
	return p->state == TCPS_TIME_WAIT;
}

static int is_half_open(const struct tcp_pcb *p, const void *arg)
{
	(void)arg;
	return p->state == TCPS_SYN_RCVD && p->listener;
}

static int awaits_accept(const struct tcp_pcb *p, const void *arg)
{
	return p->state != TCPS_SYN_RCVD && p->listener == arg;
}

static uint32_t chained(const struct tcp *t, uint32_t bucket)
{
	uint32_t i, n = 0;

	for (i = t->bucket[bucket]; i; i = tcp_pcb_at(t, i - 1)->hash_next) {
		const struct tcp_pcb *p;

		MUST(i <= t->pcbs.hi);
		p = tcp_pcb_at(t, i - 1);
		MUST(p->state != TCPS_FREE);
		MUST(p->flags & TF_HASHED);
		MUST(tcp_hash_find(t, &p->path.src, p->lport, &p->path.dst,
				   p->rport) == p);
		MUST(++n <= t->pcbs.hi);
	}
	return n;
}

static void check_hash(const struct tcp *t, uint32_t hashed)
{
	uint32_t buckets = t->hmask + 1 + t->hsplit, i, n = 0;

	MUST(t->hsplit <= t->hmask && buckets <= t->hmax);
	for (i = 0; i < buckets; i++)
		n += chained(t, i);
	MUST(n == hashed && n == t->hcount);
}

/*
 * Connections
 */
static uint32_t check_chain(const struct mchain *c)
{
	const struct rte_mbuf *m;
	uint32_t len = 0, segs = 0;

	for (m = c->head; m; m = m->next) {
		MUST(++segs <= 1024);
		MUST(rte_mbuf_refcnt_read(m) == 1);
		MUST(m->data_len > 0);
		len += m->data_len;
		if (!m->next)
			MUST(c->tail == m);
	}
	MUST(len == c->len && segs == c->segs);
	return segs;
}

static void check_received(const struct tcp_pcb *p, struct census *c)
{
	uint32_t i;

	c->held += check_chain(&p->rcv);
	MUST(p->rcv_done_off + p->rcv_undelivered <= p->rcv.len);
	MUST(!p->rcv_undelivered || p->rcv_deliv);
	if (!p->ooo)
		return;
	c->ooos++;
	MUST(p->ooo->nruns > 0 && p->ooo->nruns <= TCP_OOO_RUNS);
	for (i = 0; i < p->ooo->nruns; i++) {
		const struct tcp_run *r = &p->ooo->run[i];

		c->held += check_chain(&r->c);
		MUST(r->end - r->start == r->c.len && r->c.len > 0);
		MUST(seq_gt(r->start, p->rcv_nxt));
		MUST(i == 0 || seq_gt(r->start, p->ooo->run[i - 1].end));
	}
}

static void check_queued(const struct tcp *t, const struct tcp_pcb *p,
			 struct census *c)
{
	uint64_t lo = (uintptr_t)world.prog;
	uint32_t i, n = 0, last = 0;
	uint64_t len = 0;

	for (i = p->sq_head; i;
	     i = last ? ((struct tcp_piece *)pool_at(&t->pieces, last - 1))
				 ->next :
			0) {
		const struct tcp_piece *e;

		MUST(i <= t->pieces.hi);
		e = pool_at(&t->pieces, i - 1);
		MUST(e->base >= lo && e->base + e->len <= lo + WORLD_PROG);
		MUST(++n <= t->pieces.hi);
		len += e->len;
		last = i;
	}
	MUST(p->sq_tail == last);
	MUST(len - p->sq_off == p->sq_len);
	c->pieces += n;
}

static void check_sent_state(const struct tcp_pcb *p)
{
	uint32_t fin = (p->flags & TF_FIN_SENT) != 0;

	if (!tcp_in(p, TCPS_SENDING))
		return;
	MUST(seq_leq(p->snd_una, p->snd_nxt));
	MUST(seq_leq(p->snd_nxt, tcp_sq_end(p) + fin));
	MUST(p->mss > 0 && p->cwnd > 0);
	MUST(p->snd_una - p->sq_seq <= 1); /* our FIN */
	MUST(seq_geq(p->rcv_adv, p->rcv_nxt) || (p->flags & TF_RCV_FIN) ||
	     p->rcv_nxt - p->rcv_adv <= 1);
}

static void check_sack(const struct tcp_pcb *p, struct census *c)
{
	uint32_t i, bytes = 0;

	if (!p->sb)
		return;
	c->sbs++;
	MUST(p->sb->n <= TCP_SB_RANGES);
	for (i = 0; i < p->sb->n; i++) {
		const struct tcp_range *r = &p->sb->r[i];

		MUST(seq_lt(r->start, r->end));
		MUST(seq_leq(r->end, p->snd_nxt));
		MUST(i == 0 || seq_gt(r->start, p->sb->r[i - 1].end));
		bytes += r->end - r->start;
	}
	MUST(bytes == p->sb->bytes);
}

static void check_pcb(const struct net *n, const struct tcp_pcb *p,
		      struct census *c)
{
	const struct tcp *t = n->tcp;

	c->used++;
	c->hashed += (p->flags & TF_HASHED) != 0;
	c->ready += (p->flags & TF_READY) != 0;
	c->out += (p->flags & TF_OUT) != 0;
	c->lingering += (p->flags & TF_LINGER) != 0;
	c->tw += p->state == TCPS_TIME_WAIT;
	c->moved += p->state == TCPS_MOVED;
	MUST(p->gen != 0);
	MUST(p->state != TCPS_LISTEN && p->state <= TCPS_MOVED);
	if (p->state == TCPS_MOVED)
		MUST(p->moved_to < WORLD_THREADS && p->moved_to != n->id);
	MUST(!(p->flags & TF_HASHED) || p->state != TCPS_CLOSED);
	if (p->listener)
		MUST(p->listener->in_use && !(p->flags & TF_ACCEPTED));
	check_received(p, c);
	check_queued(t, p, c);
	check_sent_state(p);
	check_sack(p, c);
}

static void check_listeners(const struct tcp *t)
{
	uint32_t i, used = 0, nsyn = 0;

	for (i = 0; i < t->listeners.hi; i++) {
		const struct tcp_listener *l = pool_at(&t->listeners, i);

		if (!l->in_use)
			continue;
		used++;
		nsyn += l->nsyn;
		MUST(l->gen && l->port);
		MUST(walk(t, &l->queue, TL_LINK, awaits_accept, l) ==
		     l->nqueue);
	}
	MUST(t->nsyn == nsyn);
	MUST(walk(t, &t->syns, TL_LINK, is_half_open, NULL) == nsyn);
	check_pool(&t->listeners, used);
}

static void check_tcp(const struct net *n)
{
	const struct tcp *t = n->tcp;
	struct census c = { 0 };
	uint32_t i;

	for (i = 0; i < t->pcbs.hi; i++)
		if (tcp_pcb_at(t, i)->state != TCPS_FREE)
			check_pcb(n, tcp_pcb_at(t, i), &c);
	check_pool(&t->pcbs, c.used);
	check_pool(&t->pieces, c.pieces);
	check_pool(&t->ooos, c.ooos);
	check_pool(&t->sbs, c.sbs);
	check_listeners(t);
	check_hash(t, c.hashed);
	MUST(walk(t, &t->ready, TL_READY, is_ready, NULL) == c.ready);
	MUST(walk(t, &t->out, TL_OUT, is_out, NULL) == c.out);
	MUST(walk(t, &t->tw, TL_LINK, is_tw, NULL) == c.tw);
	MUST(t->ntw == c.tw && t->nmoved == c.moved);
	MUST(t->lingering == c.lingering);
	MUST(t->rx_held == c.held);
}

/*
 * UDP
 */
/* Errors that wait, or that were told of: mbufs. */
static uint32_t held_by(const struct net *n, const struct udp_dgram *first)
{
	const struct udp_dgram *d;
	uint32_t held = 0;

	for (d = first; d; d = d->next) {
		MUST(d->m);
		held += d->m->nb_segs;
		MUST(held <= n->udp->max_held);
	}
	return held;
}

static uint32_t check_port(const struct net *n, const struct udp_pcb *p)
{
	const struct udp_dgram *d;
	uint32_t cost = 0, seen = 0, held = 0;
	int unseen = 0;

	MUST(p->lport != 0);
	MUST(IX_HANDLE_GEN(p->handle) == p->gen);
	MUST(flow_udp(n->sh->flow, p->lport) == n->id + 1);
	for (d = p->first; d; d = d->next) {
		MUST(d->m);
		unseen |= d == p->unseen;
		seen += !unseen;
		cost += d->cost;
		held += d->m->nb_segs;
		if (!d->next)
			MUST(p->last == d);
		MUST(held <= n->udp->max_held);
	}
	MUST(cost == p->queued && seen == p->delivered);
	MUST(!p->unseen == !unseen);
	if (p->pending)
		held += p->pending->nb_segs;
	return held + held_by(n, p->err_first);
}

static void check_udp(const struct net *n)
{
	const struct udp *u = n->udp;
	const struct udp_pcb *p;
	uint32_t i, held = 0, open = 0, chained_ports = 0, nfree = 0;
	uint32_t ready = 0, listed = 0;

	for (i = 0; i < u->fresh; i++) {
		p = &u->pcb[i];
		if (p->handle == IX_HANDLE_NONE)
			continue;
		open++;
		ready += p->is_ready;
		held += check_port(n, p);
	}
	for (i = 0; i < UDP_BUCKETS; i++)
		LIST_FOREACH(p, &u->bucket[i], hash)
			MUST(++chained_ports <= u->fresh);
	LIST_FOREACH(p, &u->free_pcbs, hash)
		MUST(++nfree <= u->fresh);
	TAILQ_FOREACH(p, &u->ready, ready)
		MUST(++listed <= u->fresh && p->is_ready);
	MUST(chained_ports == open && open + nfree == u->fresh);
	held += held_by(n, u->told);
	MUST(listed == ready && held == u->held);
}

/*
 * Timers: each that is armed is of something that lives
 */
static int is_of_pcb(const struct net *n, const struct timer *timer)
{
	const struct tcp *t = n->tcp;
	uintptr_t at = (uintptr_t)timer - offsetof(struct tcp_pcb, timer);
	uintptr_t base = (uintptr_t)t->pcbs.base;
	const struct tcp_pcb *p = (const void *)at;

	if (at < base || at >= base + (size_t)t->pcbs.hi * sizeof(*p))
		return 0;
	MUST((at - base) % sizeof(*p) == 0);
	MUST(p->state != TCPS_FREE && p->state != TCPS_MOVED);
	return 1;
}

static int is_of_ip(struct net *n, const struct timer *timer)
{
	uintptr_t at = (uintptr_t)timer, base = (uintptr_t)n->ip;
	uintptr_t waits = (uintptr_t)n->neigh;

	return (at >= base && at < base + sizeof(*n->ip)) ||
	       (at >= waits && at < waits + sizeof(*n->neigh));
}

static void check_timers(struct net *n)
{
	const struct timer_wheel *w = &n->wheel;
	uint32_t level, slot, armed = 0;
	struct timer *const *link;

	for (level = 0; level < TIMER_LEVELS; level++)
		for (slot = 0; slot < TIMER_SLOTS; slot++)
			for (link = &w->slot[level][slot]; *link;
			     link = &(*link)->next) {
				MUST(++armed <= w->armed);
				MUST((*link)->pprev == link && (*link)->fn);
				MUST(is_of_pcb(n, *link) ||
				     is_of_ip(n, *link) ||
				     *link == &n->tcp->tw_timer);
			}
	MUST(armed == w->armed);
}

static void check_ip(struct net *n)
{
	const struct frag_table *f = &n->ip->frag;
	const struct rte_mbuf *m;
	uint32_t i, k, mbufs = 0, looped = 0;

	for (i = 0; i < FRAG_DATAGRAMS; i++)
		if (f->datagram[i].used) {
			MUST(f->datagram[i].npieces <= FRAG_PIECES);
			for (k = 0; k < f->datagram[i].npieces; k++)
				mbufs += f->datagram[i].piece[k].m->nb_segs;
		}
	MUST(mbufs == f->mbufs && mbufs <= FRAG_MBUFS);
	for (m = n->loop_head; m; m = (void *)(uintptr_t)m->tx_offload)
		MUST(++looped <= IP_LOOP_MAX);
	MUST(looped == n->ip->loop_count);
}

void check_ethread(const struct ethread *et)
{
	struct net *n = (struct net *)(uintptr_t)&et->net;

	MUST(lease_holder(&et->lease) == 0);
	MUST(n->ntx == 0 && et->stats.recover_failed == 0);
	check_ip(n);
	check_tcp(n);
	check_udp(n);
	check_timers(n);
}

/* A number is claimed by an elastic thread that has a port of it. */
static void check_claim(uint32_t owner, uint16_t port)
{
	struct udp *u = world.core->et[owner]->net.udp;
	const struct udp_pcb *p;

	LIST_FOREACH(p, udp_bucket(u, port), hash)
		if (p->lport == port)
			return;
	MUST(!"claimed by nobody");
}

void check_world(void)
{
	const struct flow *f = world.core->net.flow;
	uint32_t i, k, port;

	for (i = 0; i < WORLD_THREADS; i++) {
		MUST(lease_holder(&world.core->et[i]->lease) == 0);
		MUST(world.core->net.move[i].state == 0);
		check_ethread(world.core->et[i]);
		for (k = 0; k < WORLD_THREADS; k++)
			MUST(i == k ||
			     f->ring[i][k]->tail - f->ring[i][k]->head <=
				     FLOW_RING);
	}
	MUST(world.core->net.lock == 0);
	for (port = 0; port < 65536; port++)
		if (f->udp[port])
			check_claim(f->udp[port] - 1u, (uint16_t)port);
}
