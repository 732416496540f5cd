// SPDX-License-Identifier: MIT
/*
 * tcp_ooo.c - bytes received out of order
 *
 * RFC 9293 3.10.7.4 seventh ("segments with higher beginning sequence numbers
 * SHOULD be held"), RFC 2018 4 (SACK blocks). Bytes are kept as runs without
 * a hole, in order; a segment that continues the last run, as nearly all do,
 * is appended without a search. Small segments are copied together. Bounded in
 * runs and in mbufs, those in order included: beyond that what is farthest
 * away is forgotten (RFC 2018 8 permits it), as Linux does. A hole that is
 * never filled has no time-out, as on Linux.
 */
#include "net/tcp/state/tcp_ooo.h"

#include <string.h>

#include "net/tcp/state/tcp_rcvq.h"

static struct tcp_ooo *ooo_get(struct net *n, struct tcp_pcb *p)
{
	uint32_t i;

	if (p->ooo)
		return p->ooo;
	i = pool_get(&n->tcp->ooos);
	if (i == POOL_NONE)
		return NULL;
	p->ooo = pool_at(&n->tcp->ooos, i);
	p->ooo->nruns = 0;
	p->ooo->segs = 0;
	memset(p->ooo->recent, 0, sizeof(p->ooo->recent));
	return p->ooo;
}

static void ooo_put(struct net *n, struct tcp_pcb *p)
{
	pool_put(&n->tcp->ooos, pool_index(&n->tcp->ooos, p->ooo));
	p->ooo = NULL;
}

static void count(struct net *n, struct tcp_ooo *o, uint32_t before,
		  uint32_t after)
{
	o->segs += after - before;
	n->tcp->rx_held += after - before;
}

static void run_free(struct net *n, struct tcp_ooo *o, struct tcp_run *r)
{
	count(n, o, r->c.segs, 0);
	mchain_free(&r->c);
}

/* Forget runs [i, j). */
static void remove_runs(struct tcp_ooo *o, uint32_t i, uint32_t j)
{
	memmove(&o->run[i], &o->run[j], (o->nruns - j) * sizeof(o->run[0]));
	o->nruns -= j - i;
}

void tcp_ooo_free(struct net *n, struct tcp_pcb *p)
{
	uint32_t i;

	if (!p->ooo)
		return;
	for (i = 0; i < p->ooo->nruns; i++)
		run_free(n, p->ooo, &p->ooo->run[i]);
	ooo_put(n, p);
}

int tcp_ooo_clone(struct net *to, struct tcp_pcb *q, const struct tcp_pcb *p,
		  struct rte_mempool *pool)
{
	struct tcp_ooo *o;
	uint32_t i;

	if (!p->ooo)
		return 0;
	o = ooo_get(to, q);
	if (!o)
		return -ENOBUFS;
	memcpy(o->recent, p->ooo->recent, sizeof(o->recent));
	for (i = 0; i < p->ooo->nruns; i++) {
		const struct tcp_run *r = &p->ooo->run[i];
		struct mchain c;

		if (mchain_clone(&c, &r->c, 0, pool) < 0)
			return -ENOBUFS;
		o->run[i] = (struct tcp_run){ r->start, r->end, c };
		o->nruns++;
		count(to, o, 0, c.segs);
	}
	return 0;
}

/* The first run that ends at or behind seq. */
static uint32_t find(const struct tcp_ooo *o, uint32_t seq)
{
	uint32_t lo = 0, hi = o->nruns;

	if (hi && seq_lt(o->run[hi - 1].start, seq)) /* the usual case */
		return seq_leq(seq, o->run[hi - 1].end) ? hi - 1 : hi;
	while (lo < hi) {
		uint32_t mid = (lo + hi) / 2;

		if (seq_lt(o->run[mid].end, seq))
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* Remember that the run with seq grew last. */
static void touch(struct tcp_ooo *o, uint32_t seq, const struct tcp_run *r)
{
	unsigned i = 0;

	while (i < 3 && !(seq_leq(r->start, o->recent[i]) &&
			  seq_lt(o->recent[i], r->end)))
		i++;
	for (; i > 0; i--)
		o->recent[i] = o->recent[i - 1];
	o->recent[0] = seq;
}

static void report_dup(struct tcp_pcb *p, uint32_t start, uint32_t end)
{
	p->flags |= TF_DSACK;
	p->dsack_start = start;
	p->dsack_end = end;
}

/* The last run of all goes, or what follows its first keep bytes. */
static void cut_last(struct net *n, struct tcp_ooo *o, uint32_t keep)
{
	struct tcp_run *r = &o->run[o->nruns - 1];
	uint32_t segs = r->c.segs, cut = r->c.len - keep;

	STAT(n, tcp_ooo_pruned);
	STAT_ADD(n, tcp_ooo_pruned_bytes, cut);
	mchain_trim_back(&r->c, cut);
	count(n, o, segs, r->c.segs);
	r->end -= cut;
	if (!keep)
		o->nruns--;
}

int tcp_ooo_prune(struct net *n, struct tcp_pcb *p, uint32_t seq,
		  const struct mchain *c)
{
	while (p->ooo) {
		struct tcp_ooo *o = p->ooo;
		const struct tcp_run *r = &o->run[o->nruns - 1];
		uint32_t half = r->c.len / 2;

		if (seq_leq(r->end, seq))
			return 0;
		cut_last(n, o, half < p->rcv_mss ? 0 : half);
		if (!o->nruns)
			ooo_put(n, p);
		if (tcp_rcv_room(n, p, c))
			return 1;
	}
	return 0;
}

/* Make a run of its own at i, in the place of the last if need be; 1: done. */
static int new_run(struct net *n, struct tcp_ooo *o, uint32_t i, uint32_t seq,
		   struct mchain *c)
{
	struct tcp_run *r = &o->run[i];

	if (i == TCP_OOO_RUNS)
		return 0;
	if (o->nruns == TCP_OOO_RUNS)
		cut_last(n, o, 0);
	memmove(r + 1, r, (o->nruns - i) * sizeof(*r));
	o->nruns++;
	*r = (struct tcp_run){ .start = seq, .end = seq + c->len, .c = *c };
	*c = (struct mchain){ 0 };
	touch(o, seq, r);
	return 1;
}

static void pack(struct net *n, struct tcp_ooo *o, struct mchain *a,
		 struct mchain *b)
{
	uint32_t packed = mchain_pack(a, b);

	STAT_ADD(n, tcp_coalesced, packed);
	count(n, o, packed, 0);
}

/* Append c to run i, and run i + 1 to that if they meet now. */
static void append(struct net *n, struct tcp_ooo *o, uint32_t i,
		   struct mchain *c)
{
	struct tcp_run *r = &o->run[i];
	uint32_t seq = r->end;

	r->end += c->len;
	pack(n, o, &r->c, c);
	if (i + 1 < o->nruns && r[1].start == r->end) {
		r->end = r[1].end;
		pack(n, o, &r->c, &r[1].c);
		remove_runs(o, i + 1, i + 2);
	}
	touch(o, seq, r);
}

static void prepend(struct net *n, struct tcp_ooo *o, uint32_t i,
		    struct mchain *c)
{
	struct tcp_run *r = &o->run[i];

	r->start -= c->len;
	pack(n, o, c, &r->c);
	r->c = *c;
	*c = (struct mchain){ 0 };
	touch(o, r->start, r);
}

/* Cut from c at seq what runs hold already; i: the first run concerned. */
static void cut_overlap(struct net *n, struct tcp_pcb *p, uint32_t i,
			uint32_t *seq, struct mchain *c)
{
	struct tcp_ooo *o = p->ooo;
	uint32_t end = *seq + c->len, j;

	if (i < o->nruns && seq_leq(o->run[i].start, *seq)) {
		uint32_t have = seq_min(o->run[i].end, end);

		if (have != *seq)
			report_dup(p, *seq, have);
		mchain_trim_front(c, have - *seq);
		*seq = have;
		i++;
	}
	for (j = i; j < o->nruns && seq_leq(o->run[j].end, end); j++)
		run_free(n, o, &o->run[j]); /* c has it all */
	if (j > i)
		remove_runs(o, i, j);
	if (i < o->nruns && seq_lt(o->run[i].start, end))
		mchain_trim_back(c, end - o->run[i].start);
}

/* c has no byte that a run has; i: the run before it or behind it. */
static int insert(struct net *n, struct tcp_ooo *o, uint32_t i, uint32_t seq,
		  struct mchain *c)
{
	if (i < o->nruns && o->run[i].end == seq)
		append(n, o, i, c);
	else if (i < o->nruns && o->run[i].start == seq + c->len)
		prepend(n, o, i, c);
	else
		return new_run(n, o, i, seq, c);
	return 1;
}

/* Is there room for c at seq, or can it be made? */
static struct tcp_ooo *make_room(struct net *n, struct tcp_pcb *p, uint32_t seq,
				 const struct mchain *c)
{
	if (!tcp_rcv_room(n, p, c) && !tcp_ooo_prune(n, p, seq, c))
		return NULL;
	return ooo_get(n, p);
}

/* Takes c, which begins at seq, behind rcv_nxt and inside the window. */
void tcp_ooo_insert(struct net *n, struct tcp_pcb *p, uint32_t seq,
		    struct mchain *c)
{
	struct tcp_ooo *o = make_room(n, p, seq, c);
	uint32_t i, segs;

	if (!o) {
		STAT(n, tcp_drop_ooo_full);
		mchain_free(c);
		return;
	}
	i = find(o, seq);
	cut_overlap(n, p, i, &seq, c);
	if (!c->len) {
		STAT(n, tcp_drop_dup);
		return;
	}
	segs = c->segs;
	count(n, o, 0, segs);
	if (insert(n, o, i, seq, c)) {
		STAT(n, tcp_ooo);
	} else {
		STAT(n, tcp_drop_ooo_full);
		count(n, o, segs, 0);
		mchain_free(c);
	}
}

/* rcv_nxt has moved: hand over what follows it now. */
void tcp_ooo_deliver(struct net *n, struct tcp_pcb *p)
{
	struct tcp_ooo *o = p->ooo;
	uint32_t i = 0;

	for (; i < o->nruns && seq_leq(o->run[i].start, p->rcv_nxt); i++) {
		struct tcp_run *r = &o->run[i];

		if (seq_leq(r->end, p->rcv_nxt)) {
			run_free(n, o, r);
			continue;
		}
		o->segs -= r->c.segs;
		n->tcp->rx_held -= r->c.segs;
		mchain_trim_front(&r->c, p->rcv_nxt - r->start);
		n->tcp->rx_held += r->c.segs;
		tcp_rcv_append(n, p, &r->c);
	}
	remove_runs(o, 0, i);
	if (!o->nruns)
		ooo_put(n, p);
}

static int add_block(const struct tcp_run *run, struct tcp_range *r,
		     unsigned count_out, unsigned max)
{
	unsigned i;

	if (count_out == max)
		return 0;
	for (i = 0; i < count_out; i++)
		if (r[i].start == run->start)
			return 0;
	r[count_out] = (struct tcp_range){ run->start, run->end };
	return 1;
}

unsigned tcp_ooo_blocks(const struct tcp_pcb *p, struct tcp_range *r,
			unsigned max)
{
	const struct tcp_ooo *o = p->ooo;
	unsigned k = 0, first = 0;
	uint32_t i;

	if (p->flags & TF_DSACK) { /* RFC 2883: before all others */
		r[k++] = (struct tcp_range){ p->dsack_start, p->dsack_end };
		first = 1;
	}
	if (!o)
		return k;
	for (i = 0; i < 4; i++) {
		uint32_t j = find(o, o->recent[i]);

		if (j < o->nruns && seq_leq(o->run[j].start, o->recent[i]) &&
		    seq_lt(o->recent[i], o->run[j].end))
			k += (unsigned)add_block(&o->run[j], r + first,
						 k - first, max - first);
	}
	for (i = 0; i < o->nruns && k < max; i++)
		k += (unsigned)add_block(&o->run[i], r + first, k - first,
					 max - first);
	return k;
}
