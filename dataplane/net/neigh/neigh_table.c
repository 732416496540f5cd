// SPDX-License-Identifier: MIT
/*
 * neigh_table.c - neighbours of the instance: the shared table
 *
 * Readers look up without a lock under RCU; what readers may see is never
 * changed but for its times. Writers hold net_shared.lock; one that does not
 * get it soon gives up, as ARP repeats itself. Arrays are fixed: a replaced
 * entry is used again once every online reader has passed a quiescent state.
 *
 * RFC 1122 2.3.2.1 (time-outs, as Linux: 30 s, then a unicast probe).
 */
#include "net/neigh/neigh_table.h"

#include <errno.h>
#include <rte_pause.h>
#include <string.h>

#include "mem/arena.h"
#include "net/common/siphash.h"

#define BUCKET_MASK (NEIGH_BUCKETS - 1)
#define LOCK_SPINS 4096

/* net_shared.lock holds the writer's ethread + 1. 0: another one has it. */
static int lock(struct net_shared *sh, uint32_t id)
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

static void unlock(struct net_shared *sh)
{
	__atomic_store_n(&sh->lock, 0, __ATOMIC_RELEASE);
}

int neigh_table_init(struct net_shared *sh, struct arena *a)
{
	struct neigh_table *t = arena_alloc(a, sizeof(*t), 64);

	if (!t)
		return -ENOMEM;
	memset(t, 0, sizeof(*t));
	sh->neigh = t;
	return 0;
}

/* Keyed: strangers on the link choose addresses. */
static struct neigh_bucket *bucket_of(const struct net_shared *sh, uint16_t dev,
				      const struct ix_addr *ip)
{
	uint64_t key[2], hash;

	memcpy(key, ip, sizeof(key));
	key[0] ^= dev;
	hash = siphash(sh->isn_key, key, sizeof(key));
	return &sh->neigh->bucket[hash & BUCKET_MASK];
}

static struct neigh_entry *load(struct neigh_entry *const *slot)
{
	return __atomic_load_n(slot, __ATOMIC_ACQUIRE);
}

struct neigh_entry *neigh_find(const struct net_shared *sh, uint16_t dev,
			       const struct ix_addr *ip)
{
	const struct neigh_bucket *b = bucket_of(sh, dev, ip);

	for (unsigned i = 0; i < NEIGH_WAYS; i++) {
		struct neigh_entry *e = load(&b->way[i]);

		if (e && e->dev == dev && addr_equal(&e->ip, ip))
			return e;
	}
	return NULL;
}

/* An entry that no reader can hold, or NULL. Under the lock. */
static struct neigh_entry *take_entry(struct net_shared *sh)
{
	struct neigh_table *t = sh->neigh;
	struct neigh_entry *e = t->retired_head;

	if (t->fresh < NEIGH_ENTRIES)
		return &t->entry[t->fresh++];
	if (!e ||
	    (sh->qsbr && rte_rcu_qsbr_check(sh->qsbr, e->token, false) == 0))
		return NULL;
	t->retired_head = e->next;
	if (!e->next)
		t->retired_tail = NULL;
	return e;
}

static void retire(struct net_shared *sh, struct neigh_entry *e)
{
	struct neigh_table *t = sh->neigh;

	e->next = NULL;
	e->token = sh->qsbr ? rte_rcu_qsbr_start(sh->qsbr) : 0;
	if (t->retired_tail)
		t->retired_tail->next = e;
	else
		t->retired_head = e;
	t->retired_tail = e;
}

/* Do both name the same neighbour? */
static int is_same(const struct neigh_entry *a, const struct neigh_entry *b)
{
	return a->dev == b->dev && addr_equal(&a->ip, &b->ip);
}

/* Is a of less use than b? */
static int less_used(const struct neigh_entry *a, const struct neigh_entry *b)
{
	uint64_t ua = __atomic_load_n(&a->used, __ATOMIC_RELAXED);
	uint64_t ub = __atomic_load_n(&b->used, __ATOMIC_RELAXED);

	return ua == ub ? a->confirmed < b->confirmed : ua < ub;
}

/* The way that (dev, ip) has, else a free one, else the least used, which
 * yields only if it was not used since. */
static struct neigh_entry **choose_way(struct neigh_bucket *b, uint16_t dev,
				       const struct ix_addr *ip, uint64_t since)
{
	struct neigh_entry **least = NULL, **unused = NULL;

	for (unsigned i = 0; i < NEIGH_WAYS; i++) {
		struct neigh_entry **w = &b->way[i];

		if (!*w) {
			unused = w;
			continue;
		}
		if ((*w)->dev == dev && addr_equal(&(*w)->ip, ip))
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
static int publish(struct net_shared *sh, const struct neigh_entry *new,
		   uint64_t since, struct neigh_entry **old_out)
{
	struct neigh_table *t = sh->neigh;
	struct neigh_bucket *b = bucket_of(sh, new->dev, &new->ip);
	struct neigh_entry **way = choose_way(b, new->dev, &new->ip, since);
	struct neigh_entry *e = way ? take_entry(sh) : NULL;

	if (!e)
		return -ENOSPC;
	*e = *new;
	*old_out = *way;
	if (*way && is_same(*way, new))
		e->used = RTE_MAX(e->used, (*way)->used);
	__atomic_store_n(way, e, __ATOMIC_RELEASE);
	if (*old_out) {
		retire(sh, *old_out);
		__atomic_fetch_add(&sh->route_gen, 1, __ATOMIC_RELEASE);
	}
	__atomic_fetch_add(&t->changes, 1, __ATOMIC_RELEASE);
	return 0;
}

int neigh_add_permanent(struct net_shared *sh, uint16_t dev,
			const struct ix_addr *ip,
			const struct rte_ether_addr *mac)
{
	struct neigh_entry new = {
		.ip = *ip, .mac = *mac, .dev = dev, .permanent = 1
	};
	struct neigh_entry *old;
	int rc;

	if (dev >= sh->ndevs || !rte_is_valid_assigned_ether_addr(mac))
		return -EINVAL;
	if (!lock(sh, UINT32_MAX - 1))
		return -EBUSY;
	rc = publish(sh, &new, UINT64_MAX, &old);
	unlock(sh);
	return rc;
}

/* The same MAC again: only the time moves. */
static int refresh(struct neigh_entry *e, const struct rte_ether_addr *mac,
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

int neigh_others_wait(const struct net *n)
{
	uint32_t i, sum = 0;

	for (i = 0; n->sh->flow && i < n->sh->info.nethreads; i++)
		if (i != n->id)
			sum += __atomic_load_n(&n->sh->neigh->awaited[i],
					       __ATOMIC_RELAXED);
	return sum != 0;
}

void neigh_learn(struct net *n, uint16_t dev, const struct ix_addr *ip,
		 const struct rte_ether_addr *mac, uint64_t confirmed,
		 int wanted)
{
	struct neigh_entry new = { .ip = *ip,
				   .mac = *mac,
				   .dev = dev,
				   .confirmed = confirmed,
				   .used = wanted ? n->now : 0 };
	struct neigh_entry *e = neigh_find(n->sh, dev, ip), *old;
	uint64_t since = n->now - RTE_MIN(n->now, NEIGH_USED);

	if (e && refresh(e, mac, confirmed))
		return;
	if (!lock(n->sh, n->id)) {
		STAT(n, arp_busy);
		return;
	}
	if (publish(n->sh, &new, wanted ? UINT64_MAX : since, &old) < 0)
		STAT(n, arp_full);
	else if (old && !is_same(old, &new))
		STAT(n, arp_evicted);
	unlock(n->sh);
	STAT(n, arp_learned);
	if (neigh_others_wait(n)) /* see neigh_poll() */
		n->handed_to |= ((1u << n->sh->info.nethreads) - 1) &
				~(1u << n->id);
}

void neigh_forget(struct net *n, struct neigh_entry *e)
{
	struct neigh_bucket *b = bucket_of(n->sh, e->dev, &e->ip);

	if (!lock(n->sh, n->id)) {
		STAT(n, arp_busy);
		return;
	}
	for (unsigned i = 0; i < NEIGH_WAYS; i++) {
		if (b->way[i] != e)
			continue;
		__atomic_store_n(&b->way[i], NULL, __ATOMIC_RELEASE);
		retire(n->sh, e);
		__atomic_fetch_add(&n->sh->route_gen, 1, __ATOMIC_RELEASE);
	}
	unlock(n->sh);
}

/* The dead writer may have left an entry on no list, or the list torn. */
static void collect_retired(struct net_shared *sh)
{
	struct neigh_table *t = sh->neigh;

	t->retired_head = NULL;
	t->retired_tail = NULL;
	for (unsigned i = 0; i < t->fresh; i++) {
		struct neigh_entry *e = &t->entry[i];
		const struct neigh_bucket *b = bucket_of(sh, e->dev, &e->ip);
		unsigned way = 0;

		while (way < NEIGH_WAYS && b->way[way] != e)
			way++;
		if (way == NEIGH_WAYS)
			retire(sh, e);
	}
}

void neigh_table_recover(struct net_shared *sh, uint32_t id)
{
	if (sh->neigh)
		sh->neigh->awaited[id] = 0;
	if (__atomic_load_n(&sh->lock, __ATOMIC_ACQUIRE) != id + 1)
		return;
	collect_retired(sh);
	unlock(sh);
}

unsigned neigh_list(const struct net_shared *sh, struct neigh_view *out,
		    unsigned room)
{
	unsigned k = 0;

	for (unsigned i = 0; i < NEIGH_BUCKETS * NEIGH_WAYS && k < room; i++) {
		const struct neigh_bucket *b =
			&sh->neigh->bucket[i / NEIGH_WAYS];
		const struct neigh_entry *e = load(&b->way[i % NEIGH_WAYS]);

		if (e)
			out[k++] = (struct neigh_view){ e->ip, e->dev,
							e->permanent, e->mac,
							e->confirmed };
	}
	return k;
}
