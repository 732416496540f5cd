// SPDX-License-Identifier: MIT
/*
 * arp_wait.c - resolving a next hop, and the packets that wait for it
 *
 * RFC 826 (packet generation), RFC 1122 2.3.2.1 (old neighbours are probed by
 * unicast) and 2.3.2.2 (packets wait).
 *
 * Waits are bounded; a new one always gets a place, that of the oldest. What
 * only answers a stranger has a part of its own, as strangers can name
 * neighbours that are not there: it takes no place of what we want ourselves,
 * and its requests, which everybody on the link receives, have a rate.
 */
#include <errno.h>
#include <rte_arp.h>

#include "net/arp_table.h"
#include "net/icmp.h"
#include "net/ip_state.h"

#define RETRY ARP_SECOND
#define TRIES 3
#define POLL_FIRST (ARP_SECOND / 1000)
#define ANSWERS_BURST 128	      /* requests for strangers at once, */
#define ANSWERS_NS (ARP_SECOND / 100) /* then one in this time */

const struct rte_ether_addr arp_all = { { 0xff, 0xff, 0xff, 0xff, 0xff,
					  0xff } };

void arp_send(struct net *n, uint16_t dev, uint16_t op,
	      const struct rte_ether_addr *to, uint32_t src,
	      const struct rte_ether_addr *tha, uint32_t target)
{
	struct rte_mbuf *m = net_alloc(n);
	struct rte_arp_hdr *a;

	if (!m)
		return;
	a = (void *)rte_pktmbuf_append(m, sizeof(*a));
	a->arp_hardware = RTE_BE16(RTE_ARP_HRD_ETHER);
	a->arp_protocol = RTE_BE16(RTE_ETHER_TYPE_IPV4);
	a->arp_hlen = RTE_ETHER_ADDR_LEN;
	a->arp_plen = sizeof(uint32_t);
	a->arp_opcode = rte_cpu_to_be_16(op);
	a->arp_data.arp_sha = n->sh->dev[dev].mac;
	a->arp_data.arp_sip = src;
	a->arp_data.arp_tha = *tha;
	a->arp_data.arp_tip = target;
	STAT(n, arp_tx);
	eth_output(n, m, dev, to, RTE_ETHER_TYPE_ARP);
}

void arp_request(struct net *n, uint16_t dev, const struct rte_ether_addr *to,
		 uint32_t src, uint32_t target)
{
	static const struct rte_ether_addr unknown;

	arp_send(n, dev, RTE_ARP_OP_REQUEST, to, src, &unknown, target);
}

/*
 * Resolving
 */

/* Note that e is of use; the line is shared. */
static void use(struct net *n, struct arp_entry *e)
{
	if (n->now - __atomic_load_n(&e->used, __ATOMIC_RELAXED) > ARP_SECOND)
		__atomic_store_n(&e->used, n->now, __ATOMIC_RELAXED);
}

/* Ask a stale neighbour, at most once a second; 0: it has had its tries. */
static int probe(struct net *n, struct arp_entry *e, uint32_t src)
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
	arp_request(n, e->dev, &e->mac, src, e->ip);
	return 1;
}

enum arp_answer arp_resolve(struct net *n, uint16_t dev, uint32_t ip,
			    uint32_t src, struct rte_ether_addr *mac_out)
{
	struct arp_entry *e = arp_find(n->sh, dev, ip);
	uint64_t confirmed;

	if (!e)
		return ARP_UNKNOWN;
	*mac_out = e->mac;
	if (e->permanent)
		return ARP_FRESH;
	use(n, e);
	/* another elastic thread's clock may be ahead of ours */
	confirmed = __atomic_load_n(&e->confirmed, __ATOMIC_RELAXED);
	if (n->now < confirmed + ARP_REACHABLE)
		return ARP_FRESH;
	if (probe(n, e, src))
		return ARP_USABLE;
	arp_forget(n, e);
	return ARP_UNKNOWN;
}

/*
 * Waiting
 */
static struct rte_mbuf *wait_pop(struct arp_wait *w)
{
	struct rte_mbuf *m = w->queue[w->head];

	w->head = (uint16_t)((w->head + 1) % ARP_WAIT_MAX);
	w->count--;
	return m;
}

static void wait_push(struct net *n, struct arp_wait *w, struct rte_mbuf *m)
{
	if (w->count == ARP_WAIT_MAX) {
		STAT(n, arp_drop_queue);
		rte_pktmbuf_free(wait_pop(w));
	}
	w->queue[(w->head + w->count) % ARP_WAIT_MAX] = m;
	w->count++;
}

static void tell_awaited(struct net *n)
{
	__atomic_store_n(&n->sh->arp->awaited[n->id], ip_state(n)->arp.used,
			 __ATOMIC_RELAXED);
}

/* End w; its frames are in out, which has room for ARP_WAIT_MAX. */
static unsigned wait_end(struct net *n, struct arp_wait *w,
			 struct rte_mbuf **out)
{
	unsigned k = 0;

	timer_disarm(&n->wheel, &w->timer);
	while (w->count)
		out[k++] = wait_pop(w);
	w->ip = 0;
	ip_state(n)->arp.used--;
	ip_state(n)->arp.answers -= w->answer;
	tell_awaited(n);
	return k;
}

static void wait_resolved(struct net *n, struct arp_wait *w,
			  const struct rte_ether_addr *mac)
{
	struct rte_mbuf *frames[ARP_WAIT_MAX];
	uint16_t dev = w->dev;
	unsigned k = wait_end(n, w, frames);

	for (unsigned i = 0; i < k; i++)
		eth_output(n, frames[i], dev, mac, RTE_ETHER_TYPE_IPV4);
}

static void wait_failed(struct net *n, struct arp_wait *w)
{
	static const struct ip_error error = { .hard = 1,
					       .err = EHOSTUNREACH,
					       .type = ICMP_UNREACHABLE,
					       .code = ICMP_UNREACH_HOST };
	struct rte_mbuf *frames[ARP_WAIT_MAX];
	unsigned k = wait_end(n, w, frames);

	STAT(n, arp_failed);
	STAT_ADD(n, arp_drop_failed, k);
	for (unsigned i = 0; i < k; i++) {
		ip4_report(n, rte_pktmbuf_mtod(frames[i], void *),
			   frames[i]->data_len, &error);
		rte_pktmbuf_free(frames[i]);
	}
}

/* Elastic threads whose queue does not get the answer look at the table,
 * 1 ms after the request, then 2, 4, ... */
static void wait_arm(struct net *n, struct arp_wait *w)
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
static void wait_request(struct net *n, struct arp_wait *w)
{
	w->tries++;
	w->next_try = n->now + RETRY;
	if (!w->answer || token_take(&ip_state(n)->arp_answers, n->now,
				     ANSWERS_NS, ANSWERS_BURST)) {
		w->asked = 1;
		arp_request(n, w->dev, &arp_all, w->src, w->ip);
	} else {
		STAT(n, arp_limited);
	}
	wait_arm(n, w);
}

static void wait_timer(struct net *n, struct timer *t)
{
	struct arp_wait *w =
		(struct arp_wait *)((char *)t -
				    offsetof(struct arp_wait, timer));
	struct arp_entry *e = arp_find(n->sh, w->dev, w->ip);

	if (e)
		wait_resolved(n, w, &e->mac);
	else if (n->now < w->next_try)
		wait_arm(n, w);
	else if (w->tries < TRIES)
		wait_request(n, w);
	else
		wait_failed(n, w);
}

static struct arp_wait *wait_find(struct net *n, uint16_t dev, uint32_t ip)
{
	struct arp_waits *s = &ip_state(n)->arp;

	for (unsigned i = 0; s->used && i < ARP_WAITS; i++)
		if (s->wait[i].ip == ip && s->wait[i].dev == dev)
			return &s->wait[i];
	return NULL;
}

/* The wait that began first, of the answers if there is one. */
static struct arp_wait *wait_oldest(struct arp_waits *s)
{
	struct arp_wait *old = NULL;

	for (unsigned i = 0; i < ARP_WAITS; i++) {
		struct arp_wait *w = &s->wait[i];

		if (!w->ip || (s->answers && !w->answer))
			continue;
		if (!old || w->started < old->started)
			old = w;
	}
	return old;
}

/* What waited is lost as if on the wire; nobody has said that it cannot go. */
static void wait_yield(struct net *n, struct arp_wait *w)
{
	struct rte_mbuf *frames[ARP_WAIT_MAX];
	unsigned k = wait_end(n, w, frames);

	STAT(n, arp_wait_evicted);
	STAT_ADD(n, arp_drop_waits, k);
	rte_pktmbuf_free_bulk(frames, k);
}

static struct arp_wait *wait_alloc(struct net *n, uint8_t answer)
{
	struct arp_waits *s = &ip_state(n)->arp;
	struct arp_wait *w = s->wait;

	if (s->used == ARP_WAITS || (answer && s->answers == ARP_ANSWERS))
		wait_yield(n, wait_oldest(s));
	while (w->ip)
		w++;
	s->used++;
	s->answers += answer;
	w->answer = answer;
	return w;
}

static struct arp_wait *wait_start(struct net *n, const struct ip_path *p,
				   uint8_t answer)
{
	struct arp_wait *w = wait_alloc(n, answer);

	w->timer.fn = wait_timer;
	w->ip = p->next_hop;
	w->src = addr_v4(&p->src);
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
	return p->answer && p->next_hop == addr_v4(&p->dst);
}

void arp_wait_for(struct net *n, struct rte_mbuf *m, const struct ip_path *p)
{
	struct arp_wait *w = wait_find(n, p->dev, p->next_hop);
	uint8_t answer = is_answer(p);

	if (!w) {
		w = wait_start(n, p, answer);
	} else if (w->answer && !answer) {
		w->answer = 0;
		ip_state(n)->arp.answers--;
		if (!w->asked)
			wait_request(n, w);
	}
	wait_push(n, w, m);
}

int arp_awaits(struct net *n, uint16_t dev, uint32_t ip)
{
	return wait_find(n, dev, ip) != NULL;
}

int arp_others_wait(const struct net *n)
{
	uint32_t i, sum = 0;

	for (i = 0; n->sh->flow && i < n->sh->info.nethreads; i++)
		if (i != n->id)
			sum += __atomic_load_n(&n->sh->arp->awaited[i],
					       __ATOMIC_RELAXED);
	return sum != 0;
}

void arp_resolved(struct net *n, uint16_t dev, uint32_t ip,
		  const struct rte_ether_addr *mac)
{
	struct arp_wait *w = wait_find(n, dev, ip);

	if (w)
		wait_resolved(n, w, mac);
}

void arp_poll(struct net *n)
{
	struct arp_waits *s = &ip_state(n)->arp;
	uint32_t changes =
		__atomic_load_n(&n->sh->arp->changes, __ATOMIC_ACQUIRE);

	if (likely(s->changes == changes))
		return;
	s->changes = changes;
	for (unsigned i = 0; s->used && i < ARP_WAITS; i++) {
		struct arp_wait *w = &s->wait[i];
		struct arp_entry *e;

		e = w->ip ? arp_find(n->sh, w->dev, w->ip) : NULL;
		if (e)
			wait_resolved(n, w, &e->mac);
	}
}

void arp_fini(struct net *n)
{
	struct arp_waits *s = &ip_state(n)->arp;
	struct rte_mbuf *frames[ARP_WAIT_MAX];

	timer_disarm(&n->wheel, &s->announce);
	for (unsigned i = 0; s->used && i < ARP_WAITS; i++)
		if (s->wait[i].ip)
			rte_pktmbuf_free_bulk(frames,
					      wait_end(n, &s->wait[i], frames));
}
