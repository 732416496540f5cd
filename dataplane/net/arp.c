// SPDX-License-Identifier: MIT
/*
 * arp.c - neighbours of the instance: the shared table
 *
 * Readers look up without a lock under RCU; what readers may see is never
 * changed but for its times. Writers hold net_shared.lock; one that does not
 * get it soon gives up, as ARP repeats itself. Arrays are fixed: a replaced
 * entry is used again once every online reader has passed a quiescent state.
 *
 * RFC 826; RFC 1122 2.3.2.1 (time-outs, as Linux: 30 s, then a unicast probe).
 */
#include "net/arp.h"

#include <errno.h>
#include <rte_pause.h>
#include <string.h>

#include "mem/arena.h"
#include "net/arp_table.h"
#include "net/ip_state.h"
#include "net/siphash.h"

#define BUCKET_MASK (ARP_BUCKETS - 1)
#define LOCK_SPINS 4096

/* net_shared.lock holds the writer's ethread + 1. */
int arp_lock(struct net_shared *sh, uint32_t id)
{
	for (unsigned i = 0; i < LOCK_SPINS; i++) {
		uint32_t none = 0;

		if (__atomic_compare_exchange_n(&sh->lock, &none, id + 1, 0,
						__ATOMIC_ACQUIRE,
						__ATOMIC_RELAXED))
			return 1;
		rte_pause();
	}
	return 0;
}

void arp_unlock(struct net_shared *sh)
{
	__atomic_store_n(&sh->lock, 0, __ATOMIC_RELEASE);
}

int arp_init(struct net_shared *sh, struct arena *a)
{
	struct arp *t = arena_alloc(a, sizeof(*t), 64);

	if (!t)
		return -ENOMEM;
	memset(t, 0, sizeof(*t));
	sh->arp = t;
	return 0;
}

/* Keyed: strangers on the link choose addresses. */
static struct arp_bucket *bucket_of(const struct net_shared *sh, uint16_t dev,
				    uint32_t ip)
{
	uint32_t key[2] = { dev, ip };
	uint64_t hash = siphash(sh->isn_key, key, sizeof(key));

	return &sh->arp->bucket[hash & BUCKET_MASK];
}

static struct arp_entry *load(struct arp_entry *const *slot)
{
	return __atomic_load_n(slot, __ATOMIC_ACQUIRE);
}

struct arp_entry *arp_find(const struct net_shared *sh, uint16_t dev,
			   uint32_t ip)
{
	const struct arp_bucket *b = bucket_of(sh, dev, ip);

	for (unsigned i = 0; i < ARP_WAYS; i++) {
		struct arp_entry *e = load(&b->way[i]);

		if (e && e->ip == ip && e->dev == dev)
			return e;
	}
	return NULL;
}

/* An entry that no reader can hold, or NULL. Under the lock. */
static struct arp_entry *take_entry(struct net_shared *sh)
{
	struct arp *t = sh->arp;
	struct arp_entry *e = t->retired_head;

	if (t->fresh < ARP_ENTRIES)
		return &t->entry[t->fresh++];
	if (!e ||
	    (sh->qsbr && rte_rcu_qsbr_check(sh->qsbr, e->token, false) == 0))
		return NULL;
	t->retired_head = e->next;
	if (!e->next)
		t->retired_tail = NULL;
	return e;
}

static void retire(struct net_shared *sh, struct arp_entry *e)
{
	struct arp *t = sh->arp;

	e->next = NULL;
	e->token = sh->qsbr ? rte_rcu_qsbr_start(sh->qsbr) : 0;
	if (t->retired_tail)
		t->retired_tail->next = e;
	else
		t->retired_head = e;
	t->retired_tail = e;
}

/* Is a of less use than b? */
static int less_used(const struct arp_entry *a, const struct arp_entry *b)
{
	uint64_t ua = __atomic_load_n(&a->used, __ATOMIC_RELAXED);
	uint64_t ub = __atomic_load_n(&b->used, __ATOMIC_RELAXED);

	return ua == ub ? a->confirmed < b->confirmed : ua < ub;
}

/* The way that (dev, ip) has, else a free one, else the least used, which
 * yields only if it was not used since. */
static struct arp_entry **choose_way(struct arp_bucket *b, uint16_t dev,
				     uint32_t ip, uint64_t since)
{
	struct arp_entry **least = NULL, **unused = NULL;

	for (unsigned i = 0; i < ARP_WAYS; i++) {
		struct arp_entry **w = &b->way[i];

		if (!*w) {
			unused = w;
			continue;
		}
		if ((*w)->ip == ip && (*w)->dev == dev)
			return w;
		if (!(*w)->permanent && (!least || less_used(*w, *least)))
			least = w;
	}
	if (unused)
		return unused;
	return least && (*least)->used <= since ? least : NULL;
}

/* Publish new in the place of what is there, or of another that was not used
 * since. -ENOSPC: nothing can go. */
static int publish(struct net_shared *sh, const struct arp_entry *new,
		   uint64_t since, struct arp_entry **old_out)
{
	struct arp *t = sh->arp;
	struct arp_bucket *b = bucket_of(sh, new->dev, new->ip);
	struct arp_entry **way = choose_way(b, new->dev, new->ip, since);
	struct arp_entry *e = way ? take_entry(sh) : NULL;

	if (!e)
		return -ENOSPC;
	*e = *new;
	*old_out = *way;
	if (*way && (*way)->ip == new->ip && (*way)->dev == new->dev)
		e->used = RTE_MAX(e->used, (*way)->used);
	__atomic_store_n(way, e, __ATOMIC_RELEASE);
	if (*old_out) {
		retire(sh, *old_out);
		__atomic_fetch_add(&sh->route_gen, 1, __ATOMIC_RELEASE);
	}
	__atomic_fetch_add(&t->changes, 1, __ATOMIC_RELEASE);
	return 0;
}

int arp_add_permanent(struct net_shared *sh, uint16_t dev, uint32_t ip,
		      const struct rte_ether_addr *mac)
{
	struct arp_entry new = {
		.ip = ip, .mac = *mac, .dev = dev, .permanent = 1
	};
	struct arp_entry *old;
	int rc;

	if (dev >= sh->ndevs || !rte_is_valid_assigned_ether_addr(mac))
		return -EINVAL;
	if (!arp_lock(sh, UINT32_MAX - 1))
		return -EBUSY;
	rc = publish(sh, &new, UINT64_MAX, &old);
	arp_unlock(sh);
	return rc;
}

/* The same MAC again: only the time moves. */
static int refresh(struct arp_entry *e, const struct rte_ether_addr *mac,
		   uint64_t confirmed)
{
	if (!e->permanent && !rte_is_same_ether_addr(&e->mac, mac))
		return 0;
	if (!e->permanent) {
		if (confirmed >
		    __atomic_load_n(&e->confirmed, __ATOMIC_RELAXED))
			__atomic_store_n(&e->confirmed, confirmed,
					 __ATOMIC_RELAXED);
		__atomic_store_n(&e->probes, 0, __ATOMIC_RELAXED);
	}
	return 1;
}

void arp_learn(struct net *n, uint16_t dev, uint32_t ip,
	       const struct rte_ether_addr *mac, uint64_t confirmed, int wanted)
{
	struct arp_entry new = { .ip = ip,
				 .mac = *mac,
				 .dev = dev,
				 .confirmed = confirmed,
				 .used = wanted ? n->now : 0 };
	struct arp_entry *e = arp_find(n->sh, dev, ip), *old;
	uint64_t since = n->now - RTE_MIN(n->now, ARP_USED);

	if (e && refresh(e, mac, confirmed))
		return;
	if (!arp_lock(n->sh, n->id)) {
		STAT(n, arp_busy);
		return;
	}
	if (publish(n->sh, &new, wanted ? UINT64_MAX : since, &old) < 0)
		STAT(n, arp_full);
	else if (old && (old->ip != ip || old->dev != dev))
		STAT(n, arp_evicted);
	arp_unlock(n->sh);
	STAT(n, arp_learned);
	if (arp_others_wait(n)) /* see arp_poll() */
		n->handed_to |= ((1u << n->sh->info.nethreads) - 1) &
				~(1u << n->id);
}

void arp_forget(struct net *n, struct arp_entry *e)
{
	struct arp_bucket *b = bucket_of(n->sh, e->dev, e->ip);

	if (!arp_lock(n->sh, n->id)) {
		STAT(n, arp_busy);
		return;
	}
	for (unsigned i = 0; i < ARP_WAYS; i++) {
		if (b->way[i] != e)
			continue;
		__atomic_store_n(&b->way[i], NULL, __ATOMIC_RELEASE);
		retire(n->sh, e);
		__atomic_fetch_add(&n->sh->route_gen, 1, __ATOMIC_RELEASE);
	}
	arp_unlock(n->sh);
}

/* The dead writer may have left an entry on no list, or the list torn. */
static void collect_retired(struct net_shared *sh)
{
	struct arp *t = sh->arp;

	t->retired_head = NULL;
	t->retired_tail = NULL;
	for (unsigned i = 0; i < t->fresh; i++) {
		struct arp_entry *e = &t->entry[i];
		const struct arp_bucket *b = bucket_of(sh, e->dev, e->ip);
		unsigned way = 0;

		while (way < ARP_WAYS && b->way[way] != e)
			way++;
		if (way == ARP_WAYS)
			retire(sh, e);
	}
}

void arp_recover(struct net_shared *sh, uint32_t id)
{
	if (sh->arp)
		sh->arp->awaited[id] = 0;
	if (__atomic_load_n(&sh->lock, __ATOMIC_ACQUIRE) != id + 1)
		return;
	collect_retired(sh);
	arp_unlock(sh);
}

unsigned arp_list(const struct net_shared *sh, struct arp_view *out,
		  unsigned room)
{
	unsigned k = 0;

	for (unsigned i = 0; i < ARP_BUCKETS * ARP_WAYS && k < room; i++) {
		const struct arp_bucket *b = &sh->arp->bucket[i / ARP_WAYS];
		const struct arp_entry *e = load(&b->way[i % ARP_WAYS]);

		if (e)
			out[k++] = (struct arp_view){ e->ip, e->dev,
						      e->permanent, e->mac,
						      e->confirmed };
	}
	return k;
}
