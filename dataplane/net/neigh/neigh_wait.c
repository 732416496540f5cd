// SPDX-License-Identifier: MIT
/*
 * neigh_wait.c - resolving a next hop, and the packets that wait for it
 *
 * RFC 1122 2.3.2.1 (old neighbours are probed by
 * unicast) and 2.3.2.2 (packets wait).
 *
 * Waits are bounded; a new one always gets a place, that of the oldest. What
 * only answers a stranger has a part of its own, as strangers can name
 * neighbours that are not there: it takes no place of what we want ourselves,
 * and its requests, which everybody on the link receives, have a rate.
 */
#include "net/neigh/neigh_wait.h"

#include <errno.h>
#include <string.h>

#include "mem/arena.h"
#include "net/eth/eth.h"
#include "net/neigh/arp_output.h"
#include "net/neigh/neigh_table.h"

#define RETRY NEIGH_SECOND
#define TRIES 3
#define POLL_FIRST (NEIGH_SECOND / 1000)
#define ANSWERS_BURST 128		/* requests for strangers at once, */
#define ANSWERS_NS (NEIGH_SECOND / 100) /* then one in this time */

/*
 * Resolving
 */

/* Note that e is of use; the line is shared. */
static void use(struct net *n, struct neigh_entry *e)
{
	if (n->now - __atomic_load_n(&e->used, __ATOMIC_RELAXED) > NEIGH_SECOND)
		__atomic_store_n(&e->used, n->now, __ATOMIC_RELAXED);
}

/* Ask a stale neighbour, at most once a second; 0: it has had its tries. */
static int probe(struct net *n, struct neigh_entry *e,
		 const struct ix_addr *src)
{
	uint64_t last = __atomic_load_n(&e->probed, __ATOMIC_RELAXED);
	uint8_t probes = __atomic_load_n(&e->probes, __ATOMIC_RELAXED);

	if (probes && n->now - last < RETRY)
		return 1;
	if (probes == TRIES)
		return 0;
	__atomic_store_n(&e->probed, n->now, __ATOMIC_RELAXED);
	__atomic_store_n(&e->probes, (uint8_t)(probes + 1), __ATOMIC_RELAXED);
	STAT(n, arp_probe);
	arp_request(n, e->dev, &e->mac, src, &e->ip);
	return 1;
}

enum neigh_answer neigh_resolve(struct net *n, uint16_t dev,
				const struct ix_addr *ip,
				const struct ix_addr *src,
				struct rte_ether_addr *mac_out)
{
	struct neigh_entry *e = neigh_find(n->sh, dev, ip);
	uint64_t confirmed;

	if (!e)
		return NEIGH_UNKNOWN;
	*mac_out = e->mac;
	if (e->permanent)
		return NEIGH_FRESH;
	use(n, e);
	/* another elastic thread's clock may be ahead of ours */
	confirmed = __atomic_load_n(&e->confirmed, __ATOMIC_RELAXED);
	if (n->now < confirmed + NEIGH_REACHABLE)
		return NEIGH_FRESH;
	if (probe(n, e, src))
		return NEIGH_USABLE;
	neigh_forget(n, e);
	return NEIGH_UNKNOWN;
}

/*
 * Waiting
 */
int neigh_init(struct net *n, struct arena *a)
{
	n->neigh = arena_alloc(a, sizeof(*n->neigh), 64);
	return n->neigh ? 0 : -ENOMEM;
}

static struct rte_mbuf *wait_pop(struct neigh_wait *w)
{
	struct rte_mbuf *m = w->queue[w->head];

	w->head = (uint16_t)((w->head + 1) % NEIGH_WAIT_MAX);
	w->count--;
	return m;
}

static void wait_push(struct net *n, struct neigh_wait *w, struct rte_mbuf *m)
{
	if (w->count == NEIGH_WAIT_MAX) {
		STAT(n, arp_drop_queue);
		rte_pktmbuf_free(wait_pop(w));
	}
	w->queue[(w->head + w->count) % NEIGH_WAIT_MAX] = m;
	w->count++;
}

static void tell_awaited(struct net *n)
{
	__atomic_store_n(&n->sh->neigh->awaited[n->id], n->neigh->used,
			 __ATOMIC_RELAXED);
}

/* End w; its frames are in out, which has room for NEIGH_WAIT_MAX. */
static unsigned wait_end(struct net *n, struct neigh_wait *w,
			 struct rte_mbuf **out)
{
	unsigned k = 0;

	timer_disarm(&n->wheel, &w->timer);
	while (w->count)
		out[k++] = wait_pop(w);
	w->used = 0;
	n->neigh->used--;
	n->neigh->answers -= w->answer;
	tell_awaited(n);
	return k;
}

static void wait_resolved(struct net *n, struct neigh_wait *w,
			  const struct rte_ether_addr *mac)
{
	struct rte_mbuf *frames[NEIGH_WAIT_MAX];
	uint16_t dev = w->dev;
	unsigned k = wait_end(n, w, frames);

	for (unsigned i = 0; i < k; i++)
		eth_output(n, frames[i], dev, mac, RTE_ETHER_TYPE_IPV4);
}

static void wait_failed(struct net *n, struct neigh_wait *w)
{
	struct rte_mbuf *frames[NEIGH_WAIT_MAX];
	unsigned k = wait_end(n, w, frames);

	STAT(n, arp_failed);
	STAT_ADD(n, arp_drop_failed, k);
	for (unsigned i = 0; i < k; i++) {
		n->unreachable(n, frames[i]);
		rte_pktmbuf_free(frames[i]);
	}
}

/* Elastic threads whose queue does not get the answer look at the table,
 * 1 ms after the request, then 2, 4, ... */
static void wait_arm(struct net *n, struct neigh_wait *w)
{
	uint64_t sent = w->next_try - RETRY, poll = POLL_FIRST;

	if (n->sh->info.nethreads > 1)
		while (sent + poll <= n->now)
			poll *= 2;
	else
		poll = RETRY;
	timer_arm(&n->wheel, &w->timer, RTE_MIN(sent + poll, w->next_try));
}

/* Without a token for it this try is passed over. */
static void wait_request(struct net *n, struct neigh_wait *w)
{
	w->tries++;
	w->next_try = n->now + RETRY;
	if (!w->answer ||
	    token_take(&n->neigh->tokens, n->now, ANSWERS_NS, ANSWERS_BURST)) {
		w->asked = 1;
		arp_request(n, w->dev, &arp_all, &w->src, &w->ip);
	} else {
		STAT(n, arp_limited);
	}
	wait_arm(n, w);
}

static void wait_timer(struct net *n, struct timer *t)
{
	struct neigh_wait *w =
		(struct neigh_wait *)((char *)t -
				      offsetof(struct neigh_wait, timer));
	struct neigh_entry *e = neigh_find(n->sh, w->dev, &w->ip);

	if (e)
		wait_resolved(n, w, &e->mac);
	else if (n->now < w->next_try)
		wait_arm(n, w);
	else if (w->tries < TRIES)
		wait_request(n, w);
	else
		wait_failed(n, w);
}

static int waits_for(const struct neigh_wait *w, uint16_t dev,
		     const struct ix_addr *ip)
{
	return w->used && w->dev == dev && addr_equal(&w->ip, ip);
}

static struct neigh_wait *wait_find(struct net *n, uint16_t dev,
				    const struct ix_addr *ip)
{
	struct neigh_waits *s = n->neigh;

	for (unsigned i = 0; s->used && i < NEIGH_WAITS; i++)
		if (waits_for(&s->wait[i], dev, ip))
			return &s->wait[i];
	return NULL;
}

/* The wait that began first, of the answers if there is one. */
static struct neigh_wait *wait_oldest(struct neigh_waits *s)
{
	struct neigh_wait *old = NULL;

	for (unsigned i = 0; i < NEIGH_WAITS; i++) {
		struct neigh_wait *w = &s->wait[i];

		if (!w->used || (s->answers && !w->answer))
			continue;
		if (!old || w->started < old->started)
			old = w;
	}
	return old;
}

/* What waited is lost as if on the wire; nobody has said that it cannot go. */
static void wait_yield(struct net *n, struct neigh_wait *w)
{
	struct rte_mbuf *frames[NEIGH_WAIT_MAX];
	unsigned k = wait_end(n, w, frames);

	STAT(n, arp_wait_evicted);
	STAT_ADD(n, arp_drop_waits, k);
	rte_pktmbuf_free_bulk(frames, k);
}

static struct neigh_wait *wait_alloc(struct net *n, uint8_t answer)
{
	struct neigh_waits *s = n->neigh;
	struct neigh_wait *w = s->wait;

	if (s->used == NEIGH_WAITS || (answer && s->answers == NEIGH_ANSWERS))
		wait_yield(n, wait_oldest(s));
	while (w->used)
		w++;
	w->used = 1;
	s->used++;
	s->answers += answer;
	w->answer = answer;
	return w;
}

static struct neigh_wait *wait_start(struct net *n, const struct ip_path *p,
				     uint8_t answer)
{
	struct neigh_wait *w = wait_alloc(n, answer);

	w->timer.fn = wait_timer;
	w->ip = *ip_next_hop(n->sh, p);
	w->src = p->src;
	w->dev = p->dev;
	w->tries = 0;
	w->asked = 0;
	w->started = n->now;
	tell_awaited(n);
	wait_request(n, w);
	return w;
}

/* The gateway is no neighbour that a stranger can choose. */
static uint8_t is_answer(const struct ip_path *p)
{
	return p->answer && !p->gateway;
}

void neigh_wait_for(struct net *n, struct rte_mbuf *m, const struct ip_path *p)
{
	struct neigh_wait *w = wait_find(n, p->dev, ip_next_hop(n->sh, p));
	uint8_t answer = is_answer(p);

	if (!w) {
		w = wait_start(n, p, answer);
	} else if (w->answer && !answer) {
		w->answer = 0;
		n->neigh->answers--;
		if (!w->asked)
			wait_request(n, w);
	}
	wait_push(n, w, m);
}

int neigh_awaits(struct net *n, uint16_t dev, const struct ix_addr *ip)
{
	return wait_find(n, dev, ip) != NULL;
}

void neigh_resolved(struct net *n, uint16_t dev, const struct ix_addr *ip,
		    const struct rte_ether_addr *mac)
{
	struct neigh_wait *w = wait_find(n, dev, ip);

	if (w)
		wait_resolved(n, w, mac);
}

void neigh_poll(struct net *n)
{
	struct neigh_waits *s = n->neigh;
	uint32_t changes =
		__atomic_load_n(&n->sh->neigh->changes, __ATOMIC_ACQUIRE);

	if (likely(s->changes == changes))
		return;
	s->changes = changes;
	for (unsigned i = 0; s->used && i < NEIGH_WAITS; i++) {
		struct neigh_wait *w = &s->wait[i];
		struct neigh_entry *e;

		e = w->used ? neigh_find(n->sh, w->dev, &w->ip) : NULL;
		if (e)
			wait_resolved(n, w, &e->mac);
	}
}

void neigh_fini(struct net *n)
{
	struct neigh_waits *s = n->neigh;
	struct rte_mbuf *frames[NEIGH_WAIT_MAX];

	timer_disarm(&n->wheel, &s->announce);
	for (unsigned i = 0; s->used && i < NEIGH_WAITS; i++)
		if (s->wait[i].used)
			rte_pktmbuf_free_bulk(frames,
					      wait_end(n, &s->wait[i], frames));
}

void neigh_recover(struct net *n)
{
	memset(n->neigh, 0, sizeof(*n->neigh));
	neigh_table_recover(n->sh, n->id);
}
