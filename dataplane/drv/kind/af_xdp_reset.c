// SPDX-License-Identifier: MIT
/*
 * af_xdp_reset.c - after the driver of an XDP socket was killed
 *
 * The four rings hold the truth; the PMD's cached indexes and its mempool
 * are made anew from them. docs/adr/0001 measured the recipe.
 */
#include <errno.h>
#include <rte_ethdev.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "base/units.h"
#include "drv/common/dev.h"
#include "drv/kind/af_xdp_reset.h"
#include "drv/kind/pmd_priv.h"
#include "mem/pools.h"

#define FILL 2048	/* frames that the PMD gives to the kernel */
#define UMEM_MAX 8192	/* chunks that a bitmap has room for */
#define COMPLETE_MS 100 /* wait at most so long for frames being sent */
#define ADDR_MASK 0xffffffffffffull /* below XSK_UNALIGNED_BUF_OFFSET_SHIFT */

struct held {
	const struct rte_mempool *mp;
	const char *buffer;
	uint64_t chunk; /* bytes from mbuf to mbuf */
	uint64_t first; /* the first mbuf, from buffer */
	unsigned n;
	uint64_t map[UMEM_MAX / 64];
};

static struct priv_xdp_rxq *rxq_of(const struct drv_dev *d, uint16_t q)
{
	return rte_eth_fp_ops[d->port_id].rxq.data[q];
}

int af_xdp_known(const struct drv_dev *d, uint16_t q)
{
	const struct priv_xdp_rxq *rx = rxq_of(d, q);
	const struct rte_mempool *mp = d->queue[q].umem_pool;

	return rx->mb_pool == mp && rx->port == d->port_id &&
	       rx->umem->mb_pool == mp && rx->pair->umem == rx->umem &&
	       rx->pair == rte_eth_fp_ops[d->port_id].txq.data[q] &&
	       rx->fds[0].fd == xsk_socket__fd(rx->xsk) &&
	       rx->rx.size == DRV_RING && rx->pair->tx.size == DRV_RING &&
	       mp->populated_size <= UMEM_MAX;
}

static uint32_t shared(const uint32_t *index)
{
	return __atomic_load_n(index, __ATOMIC_ACQUIRE);
}

static void resync_cons(struct xsk_ring_cons *r)
{
	r->cached_cons = shared(r->consumer);
	r->cached_prod = shared(r->producer);
}

static void resync_prod(struct xsk_ring_prod *r)
{
	r->cached_prod = shared(r->producer);
	r->cached_cons = shared(r->consumer) + r->size;
}

/* Until the kernel has completed all that was submitted. */
static void finish_tx(struct priv_xdp_rxq *rx)
{
	struct timespec ms = { .tv_nsec = NSEC_PER_MSEC };
	struct xsk_ring_prod *tx = &rx->pair->tx;
	unsigned i;

	for (i = 0; i < COMPLETE_MS * 10; i++) {
		(void)send(rx->fds[0].fd, NULL, 0, MSG_DONTWAIT);
		if (shared(rx->cq.producer) == shared(tx->producer))
			break;
		if (i >= COMPLETE_MS * 9)
			nanosleep(&ms, NULL);
	}
	rx->cq.cached_cons = shared(rx->cq.producer);
	rx->cq.cached_prod = rx->cq.cached_cons;
	__atomic_store_n(rx->cq.consumer, rx->cq.cached_cons, __ATOMIC_RELEASE);
	resync_prod(tx);
}

static void hold(struct held *h, uint64_t addr)
{
	uint64_t i =
		((addr & ADDR_MASK) + h->mp->header_size - h->first) / h->chunk;

	if (i >= UMEM_MAX || h->map[i / 64] >> (i % 64) & 1)
		return;
	h->map[i / 64] |= 1ull << (i % 64);
	h->n++;
}

static int is_held(const struct rte_mbuf *m, void *arg)
{
	const struct held *h = arg;
	uint64_t i =
		((uint64_t)((const char *)m - h->buffer) - h->first) / h->chunk;

	return i < UMEM_MAX && (h->map[i / 64] >> (i % 64) & 1);
}

/* Frames wander from the fill ring to the rx ring: read them in that order. */
static void find_held(struct priv_xdp_rxq *rx, struct held *h)
{
	struct xsk_ring_cons *cq = &rx->cq;
	uint32_t i, end;

	end = shared(rx->fq.producer);
	for (i = shared(rx->fq.consumer); i != end; i++)
		hold(h, *xsk_ring_prod__fill_addr(&rx->fq, i));
	end = shared(rx->rx.producer);
	for (i = shared(rx->rx.consumer); i != end; i++)
		hold(h, xsk_ring_cons__rx_desc(&rx->rx, i)->addr);
	end = shared(rx->pair->tx.producer);
	for (i = shared(cq->producer); i != end; i++)
		hold(h, xsk_ring_prod__tx_desc(&rx->pair->tx, i)->addr);
}

static void describe(struct held *h, struct priv_xdp_rxq *rx)
{
	struct rte_mempool *mp = rx->mb_pool;
	struct rte_mempool_memhdr *mem = STAILQ_FIRST(&mp->mem_list);

	memset(h, 0, sizeof(*h));
	h->mp = mp;
	h->buffer = rx->umem->buffer;
	h->chunk = mp->header_size + mp->elt_size + mp->trailer_size;
	h->first = (uint64_t)((char *)mem->addr - h->buffer) + mp->header_size;
}

/* The dead process took frames out and gave none: restore the number. */
static void top_up(struct priv_xdp_rxq *rx, unsigned n)
{
	struct xsk_ring_prod *fq = &rx->fq;
	struct rte_mbuf *m;
	uint32_t i = shared(fq->producer);

	for (; n < FILL; n++, i++) {
		m = rte_pktmbuf_alloc(rx->mb_pool);
		if (!m)
			break;
		*xsk_ring_prod__fill_addr(fq, i) =
			(uint64_t)((char *)m - rx->umem->buffer) -
			rx->mb_pool->header_size;
	}
	__atomic_store_n(fq->producer, i, __ATOMIC_RELEASE);
	resync_prod(fq);
}

int af_xdp_reset(struct drv_dev *d, uint16_t q)
{
	struct priv_xdp_rxq *rx = rxq_of(d, q);
	int saved = errno;
	struct held h;

	resync_cons(&rx->rx);
	resync_prod(&rx->fq);
	finish_tx(rx);
	describe(&h, rx);
	find_held(rx, &h);
	pool_reset(rx->mb_pool, is_held, &h);
	top_up(rx, h.n);
	errno = saved;
	return 0;
}
