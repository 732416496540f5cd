// SPDX-License-Identifier: MIT
/*
 * handover.c - packets between the ethreads of an instance
 *
 * Source: docs/adr/0005. The rings are net/flow/flow.h's; here is who polls them,
 * when, and who is woken.
 */
#include <sys/eventfd.h>

#include "core/ethread.h"
#include "net/flow/flow.h"
#include "net/flow_input.h"
#include "net/neigh/neigh_wait.h"

unsigned ethread_inbox(struct ethread *et)
{
	unsigned total = 0;
	uint32_t i;

	neigh_poll(&et->net);
	for (i = 0; i < et->core->nethreads; i++) {
		if (i == et->id ||
		    !flow_waiting(et->net.sh->flow->ring[et->id][i]))
			continue;
		total += flow_input(&et->net, et->rx_pool, i, et->core->batch);
		ethread_push(et);
	}
	et->stats.handed += total;
	return total;
}

int ethread_inbox_waiting(const struct ethread *et)
{
	uint32_t i;

	for (i = 0; i < et->core->nethreads; i++)
		if (i != et->id &&
		    flow_waiting(et->net.sh->flow->ring[et->id][i]))
			return 1;
	return 0;
}

void ethread_send_by(struct ethread *et, uint32_t to, struct rte_mbuf **pkts,
		     uint16_t n)
{
	uint16_t i;

	for (i = 0; i < n; i++)
		flow_send(&et->net, to, FLOW_FRAME, 0, NULL, pkts[i]);
}

/* The records are published before: a sleeper that armed itself either sees
 * them or is seen here. */
void ethread_wake_others(struct ethread *et)
{
	uint32_t i, mask = et->net.handed_to;
	struct ethread *to;

	et->net.handed_to = 0;
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	for (; mask; mask &= mask - 1) {
		i = (uint32_t)__builtin_ctz(mask);
		to = et->core->et[i];
		if (!__atomic_load_n(&to->inbox_armed, __ATOMIC_RELAXED) ||
		    !__atomic_exchange_n(&to->inbox_armed, 0, __ATOMIC_SEQ_CST))
			continue;
		et->stats.woken++;
		eventfd_write(to->inbox_fd, 1);
	}
}
