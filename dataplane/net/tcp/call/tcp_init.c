// SPDX-License-Identifier: MIT
/*
 * tcp_init.c - TCP of one elastic thread: start, end, sums
 */
#include <errno.h>
#include <string.h>

#include "mem/arena.h"
#include "net/tcp/input/tcp_timer.h"
#include "net/tcp/state/tcp_hash.h"
#include "net/tcp/state/tcp_life.h"
#include "net/tcp/tcp.h"

static int init_pools(struct tcp *t, struct arena *a, uint32_t max_conns,
		      uint32_t max_listeners)
{
	uint32_t pieces = max_conns * 4;
	uint32_t side = u32_min(max_conns, 1u << 16);
	int rc;

	if (pieces < 1u << 12)
		pieces = 1u << 12;
	t->marks = arena_alloc(a, max_conns * sizeof(*t->marks), 64);
	if (!t->marks)
		return -ENOMEM;
	rc = pool_init(&t->pcbs, a, sizeof(struct tcp_pcb), max_conns);
	if (!rc)
		rc = pool_init(&t->pieces, a, sizeof(struct tcp_piece), pieces);
	if (!rc)
		rc = pool_init(&t->ooos, a, sizeof(struct tcp_ooo), side);
	if (!rc)
		rc = pool_init(&t->sbs, a, sizeof(struct tcp_sb), side);
	if (!rc)
		rc = pool_init(&t->listeners, a, sizeof(struct tcp_listener),
			       max_listeners);
	return rc;
}

int tcp_init(struct net *n, struct arena *a, uint32_t max_conns,
	     uint32_t max_listeners)
{
	struct tcp *t;
	uint64_t seed[2];
	int rc;

	if (max_conns == 0 || max_conns > 1u << 20)
		return -EINVAL;
	t = arena_alloc(a, sizeof(*t), 64);
	if (!t)
		return -ENOMEM;
	memset(t, 0, sizeof(*t));
	memcpy(seed, n->sh->isn_key, sizeof(seed));
	seed[0] ^= net_random(n);
	seed[1] ^= (uint64_t)net_random(n) << 32;
	rc = tcp_hash_init(t, a, max_conns, seed);
	if (!rc)
		rc = init_pools(t, a, max_conns, max_listeners);
	if (rc)
		return rc;
	t->tw_timer.fn = tcp_tw_timer;
	t->fire = tcp_timer_fire;
	n->tcp = t;
	return 0;
}

void tcp_fini(struct net *n)
{
	struct tcp *t = n->tcp;
	uint32_t i;

	if (!t)
		return;
	for (i = 0; i < t->pcbs.hi; i++)
		if (tcp_pcb_at(t, i)->state != TCPS_FREE)
			tcp_pcb_free(n, tcp_pcb_at(t, i));
	timer_disarm(&n->wheel, &t->tw_timer);
	n->tcp = NULL;
}

size_t tcp_arena_size(uint32_t max_conns, uint32_t max_listeners)
{
	size_t side = u32_min(max_conns, 1u << 16);
	size_t conn = sizeof(struct tcp_pcb) + sizeof(struct tcp_marks) +
		      4 * sizeof(struct tcp_piece) + 2 * sizeof(uint32_t);

	return sizeof(struct tcp) + TCP_PORTS * sizeof(struct tcp_port) +
	       max_conns * conn +
	       side * (sizeof(struct tcp_ooo) + sizeof(struct tcp_sb)) +
	       max_listeners * sizeof(struct tcp_listener) + (1u << 17);
}

uint32_t tcp_lingering(const struct net *n)
{
	return n->tcp->lingering;
}

uint32_t tcp_in_use(const struct net *n)
{
	const struct tcp *t = n->tcp;

	return t->pcbs.used - t->ntw - t->nmoved + t->listeners.used;
}

uint32_t tcp_pending(const struct net *n)
{
	return n->tcp->out.first != 0;
}
