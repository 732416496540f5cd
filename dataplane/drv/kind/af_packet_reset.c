// SPDX-License-Identifier: MIT
/*
 * af_packet_reset.c - after the driver of a packet ring was killed
 *
 * The PMD stores its place in each ring once, at the end of a burst; the
 * kernel's place is not told to anyone. docs/adr/0001 measured the recipe.
 */
#include <errno.h>
#include <linux/if_packet.h>
#include <rte_ethdev.h>
#include <string.h>
#include <sys/socket.h>

#include "drv/common/dev.h"
#include "drv/common/fds.h"
#include "drv/kind/af_packet_reset.h"
#include "drv/kind/pmd_priv.h"

static struct priv_packet_rxq *rxq_of(const struct drv_dev *d, uint16_t q)
{
	return rte_eth_fp_ops[d->port_id].rxq.data[q];
}

static struct priv_packet_txq *txq_of(const struct drv_dev *d, uint16_t q)
{
	return rte_eth_fp_ops[d->port_id].txq.data[q];
}

int af_packet_known(const struct drv_dev *d, uint16_t q)
{
	const struct priv_packet_rxq *rx = rxq_of(d, q);
	const struct priv_packet_txq *tx = txq_of(d, q);

	return fds_is_domain(rx->sockfd, AF_PACKET) &&
	       tx->sockfd == rx->sockfd && rx->framecount == DRV_RING &&
	       tx->framecount == DRV_RING && rx->framenum < DRV_RING &&
	       tx->framenum < DRV_RING && rx->in_port == d->port_id &&
	       rx->mb_pool == d->queue[q].rx_pool &&
	       (uint8_t *)rx->rd[0].iov_base == rx->map &&
	       (uint8_t *)tx->rd[0].iov_base == tx->map;
}

/* Empty frames: the kernel discards them up to the last one, which is where
 * it stands then, and sends nothing. */
static void reset_tx(struct priv_packet_txq *tx)
{
	struct tpacket2_hdr *h;
	unsigned i;

	for (i = 0; i + 1 < tx->framecount; i++) {
		h = tx->rd[i].iov_base;
		h->tp_len = 0;
		h->tp_snaplen = 0;
		__atomic_store_n(&h->tp_status, TP_STATUS_SEND_REQUEST,
				 __ATOMIC_RELEASE);
	}
	h = tx->rd[i].iov_base;
	__atomic_store_n(&h->tp_status, TP_STATUS_AVAILABLE, __ATOMIC_RELEASE);
	(void)sendto(tx->sockfd, NULL, 0, MSG_DONTWAIT, NULL, 0);
	for (i = 0; i < tx->framecount; i++) {
		h = tx->rd[i].iov_base;
		__atomic_store_n(&h->tp_status, TP_STATUS_AVAILABLE,
				 __ATOMIC_RELEASE);
	}
	tx->framenum = tx->framecount - 1;
}

int af_packet_reset(struct drv_dev *d, uint16_t q)
{
	int saved = errno;

	reset_tx(txq_of(d, q));
	d->queue[q].resync = 1;
	errno = saved;
	return 0;
}

static int older(const struct tpacket2_hdr *a, const struct tpacket2_hdr *b)
{
	return a->tp_sec != b->tp_sec ? a->tp_sec < b->tp_sec :
					a->tp_nsec < b->tp_nsec;
}

/* The kernel goes on at the oldest frame that nobody has read. */
void af_packet_find_next(struct drv_dev *d, uint16_t q)
{
	struct priv_packet_rxq *rx = rxq_of(d, q);
	const struct tpacket2_hdr *h, *best = NULL;
	unsigned i;

	for (i = 0; i < rx->framecount; i++) {
		h = rx->rd[i].iov_base;
		if (!(__atomic_load_n(&h->tp_status, __ATOMIC_ACQUIRE) &
		      TP_STATUS_USER))
			continue;
		if (best && !older(h, best))
			continue;
		best = h;
		rx->framenum = i;
	}
	if (best)
		d->queue[q].resync = 0;
}
