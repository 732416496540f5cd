// SPDX-License-Identifier: MIT
/*
 * recover.c - put an ethread right after its driver died in the middle
 *
 * Source: docs/adr/0001. First the queues, which keep frames of the pools,
 * then the pools, then the protocols. No port, malloc or memzone operation.
 */
#include "core/ethread.h"
#include "mem/pools.h"
#include "net/net.h"
#include "net/tcp/tcp.h"

/* Devices that were repaired hold no frames; one that was not may hold any. */
static void reset_queues_and_pools(struct ethread *et)
{
	unsigned i, failed = 0;
	int rx, tx;

	for (i = 0; i < et->core->ndevs; i++)
		if (et->queue[i] == et->id &&
		    drv_reset_queue(et->core->dev[i], (uint16_t)et->id) < 0)
			failed++;
	rx = failed ? pool_salvage(et->rx_pool) :
		      pool_reset(et->rx_pool, NULL, NULL);
	tx = failed ? pool_salvage(et->tx_pool) :
		      pool_reset(et->tx_pool, NULL, NULL);
	et->stats.recover_failed += failed + (rx < 0) + (tx < 0);
}

void ethread_recover(struct ethread *et)
{
	uint64_t last = et->clock.last_ns;

	et->stats.recoveries++;
	clock_init(&et->clock, et->clock.mult0);
	if (last > et->clock.last_ns && last - et->clock.last_ns < NSEC_PER_SEC)
		et->clock.last_ns = last;
	et->net.now = et->clock.last_ns;
	et->backlog = 0;
	et->moved_to = NULL;
	et->net.flow_flags = 0;
	reset_queues_and_pools(et);
	net_recover(&et->net);
	tcp_recover(&et->net);
}
