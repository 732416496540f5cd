// SPDX-License-Identifier: MIT
/*
 * migrate.c - a connection moves to another ethread
 *
 * Source: docs/adr/0005. Done at one go under the leases of those concerned:
 * where it is, where it goes, and the ethread of its flow group if that is a
 * third one. What these have handed to each other is handled before, so that
 * nothing of the connection is on its way while it moves and nothing overtakes
 * it afterwards. Others are not stopped. A lease that is not to be had soon is
 * not waited for: then the connection stays.
 */
#include <errno.h>

#include "core/ethread.h"
#include "net/flow/flow.h"
#include "net/flow_input.h"
#include "net/tcp/tcp.h"

#define LEASE_WAIT_NS NSEC_PER_MSEC
#define DRAIN_MAX 65536 /* records: more than a ring holds */

/* Its clock must not be behind that of where the connection comes from. */
static int take(struct ethread *et, const struct ethread *from)
{
	uint64_t tsc;
	int rc = ethread_take(et, LEASE_WAIT_NS);

	if (rc < 0)
		return -EAGAIN;
	et->net.now = clock_now(&et->clock, &tsc);
	if (et->net.now < from->net.now)
		et->net.now = et->clock.last_ns = from->net.now;
	return 0;
}

/* Handle all that from has handed to et, whose lease is held. */
static void drain(struct ethread *et, const struct ethread *from)
{
	unsigned before = drv_get_lcore(), done;

	drv_set_lcore(ETHREAD_LCORE + et->id);
	for (done = 0; done < DRAIN_MAX; done += et->core->batch) {
		if (!flow_waiting(et->net.sh->flow->ring[et->id][from->id]))
			break;
		et->stats.handed += flow_input(&et->net, et->rx_pool, from->id,
					       et->core->batch);
		ethread_flush(et);
	}
	drv_set_lcore(before);
}

static int move(struct ethread *from, struct ethread *to, struct ethread *owner,
		struct ix_bsys *b)
{
	int rc;

	/* by way of its group to where it is */
	if (owner != to)
		drain(owner, to);
	if (owner != from)
		drain(from, owner);
	rc = tcp_move_owner(&from->net, b->handle);
	drv_set_lcore(ETHREAD_LCORE + to->id);
	if (rc >= 0)
		rc = tcp_move_begin(&from->net, &to->net, b->handle,
				    to->rx_pool);
	if (rc < 0)
		return rc;
	/* what it had goes back to the pools of where it was */
	drv_set_lcore(ETHREAD_LCORE + from->id);
	b->handle = tcp_move_end(&from->net, &to->net, &owner->net);
	return 0;
}

static int with_owner(struct ethread *from, struct ethread *to, uint32_t id,
		      struct ix_bsys *b)
{
	struct ethread *owner = from->core->et[id];
	int third = owner != from && owner != to, rc;

	if (third && take(owner, from) < 0)
		return -EAGAIN;
	rc = move(from, to, owner, b);
	if (third) {
		ethread_wake_others(owner);
		ethread_leave(owner);
	}
	return rc;
}

int ethread_migrate(struct ethread *from, struct ix_bsys *b)
{
	struct ethread *to = from->core->et[b->len];
	int owner = tcp_move_owner(&from->net, b->handle), rc;

	if (owner < 0)
		return owner;
	rc = take(to, from);
	if (rc < 0)
		return rc;
	rc = with_owner(from, to, (uint32_t)owner, b);
	from->moved_to = to;
	if (rc < 0)
		ethread_migrated(from);
	return rc;
}

void ethread_migrated(struct ethread *from)
{
	struct ethread *to = from->moved_to;

	from->moved_to = NULL;
	ethread_wake_others(to);
	ethread_leave(to);
}
