// SPDX-License-Identifier: MIT
/*
 * memif_reset.c - after the driver of a memif queue was killed
 *
 * docs/adr/0001 measured the recipe. What it must prevent: a descriptor left
 * short or marked as continued makes the peer merge packets, for ever.
 */
#include <rte_ethdev.h>

#include "drv/common/dev.h"
#include "drv/kind/memif_reset.h"
#include "drv/kind/pmd_priv.h"

static void reset_tx(struct drv_queue *dq, const struct priv_memif_queue *mq)
{
	struct priv_memif_ring *r = dq->tx_ring;
	uint16_t i, mask = (uint16_t)((1u << mq->log2_ring_size) - 1);

	for (i = 0; i <= mask; i++)
		r->desc[i].flags &= (uint16_t)~PRIV_MEMIF_NEXT;
	if (mq->type != PRIV_MEMIF_S2C)
		return;
	for (i = r->tail; i != r->head; i++)
		r->desc[i & mask].length = dq->tx_buf;
}

int memif_reset(struct drv_dev *d, uint16_t q)
{
	struct priv_memif_queue *rx = rte_eth_fp_ops[d->port_id].rxq.data[q];
	struct drv_queue *dq = &d->queue[q];
	const struct priv_memif_ring *r = dq->ring;

	if (rx->type == PRIV_MEMIF_C2S)
		rx->last_head = r->tail;
	reset_tx(dq, rte_eth_fp_ops[d->port_id].txq.data[q]);
	return 0;
}
