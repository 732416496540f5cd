// SPDX-License-Identifier: MIT
/*
 * drv.c - open a device by its spec, and the bursts
 */
#include <errno.h>
#include <rte_malloc.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "drv/common/dev.h"
#include "drv/common/eal.h"
#include "drv/common/fail.h"
#include "drv/common/port.h"
#include "drv/common/spec.h"
#include "drv/kind/af_xdp.h"
#include "drv/kind/kinds.h"
#include "drv/kernel/lock.h"

static const struct drv_ops *const kinds[] = {
#define X(name) &drv_##name##_ops,
	DRV_KIND_LIST(X)
#undef X
};
#define NKINDS (sizeof(kinds) / sizeof(kinds[0]))

static const struct drv_ops *find_kind(const char *kind)
{
	size_t i;

	for (i = 0; i < NKINDS; i++)
		if (strcmp(kinds[i]->kind, kind) == 0)
			return kinds[i];
	return NULL;
}

static struct drv_dev *dev_alloc(struct drv_ctx *ctx)
{
	struct drv_dev *d;
	uint16_t q;

	d = arena_alloc(ctx->arena, sizeof(*d), RTE_CACHE_LINE_SIZE);
	if (!d)
		return NULL;
	d->queue = arena_alloc(ctx->arena, ctx->nqueues * sizeof(*d->queue),
			       RTE_CACHE_LINE_SIZE);
	if (!d->queue)
		return NULL;
	d->opener = getpid();
	d->port_id = RTE_MAX_ETHPORTS;
	d->lock_fd = -1;
	d->control_fd = -1;
	d->info.nqueues = ctx->nqueues;
	for (q = 0; q < ctx->nqueues; q++) {
		d->queue[q].rx_pool = ctx->rx_pool[q];
		d->queue[q].tx_pool = ctx->tx_pool[q];
		d->queue[q].fd = -1;
	}
	return d;
}

static int open_kind(struct drv_ctx *ctx, const struct drv_ops *ops,
		     struct drv_dev **dev_out)
{
	struct drv_dev *d = dev_alloc(ctx);
	int rc;

	if (!d)
		return drv_fail(ctx, -ENOMEM, "no shared memory is left");
	d->ops = ops;
	snprintf(d->info.name, sizeof(d->info.name), "%.31s", ctx->spec->text);
	eal_forget_log();
	rc = drv_setup_begin();
	if (rc < 0)
		return drv_fail(ctx, rc,
				"too few file descriptors: raise the "
				"limit (ulimit -n)");
	rc = ops->open(d, ctx);
	if (rc < 0)
		lock_drop(d);
	drv_setup_end();
	if (rc < 0)
		return rc;
	if (ctx->spec->has_mac)
		d->info.mac = ctx->spec->mac;
	if (ctx->err_size)
		ctx->err[0] = '\0'; /* of what was tried first */
	*dev_out = d;
	return 0;
}

int drv_open(struct arena *a, const struct drv_spec *spec, uint16_t nqueues,
	     struct rte_mempool *const *rx_pool,
	     struct rte_mempool *const *tx_pool, unsigned timeout_ms,
	     struct drv_dev **dev_out, char *err, size_t err_size)
{
	struct drv_ctx ctx = {
		.arena = a,
		.spec = spec,
		.nqueues = nqueues,
		.rx_pool = rx_pool,
		.tx_pool = tx_pool,
		.timeout_ms = timeout_ms,
		.err = err,
		.err_size = err_size,
	};
	const struct drv_ops *ops;
	int rc = spec_parse(spec->text, &ctx.args, err, err_size);

	if (rc < 0)
		return rc;
	if (nqueues == 0 || nqueues > IX_MAX_ETHREADS)
		return drv_fail(&ctx, -EINVAL, "1 to %d queues are possible",
				IX_MAX_ETHREADS);
	ops = find_kind(ctx.args.kind);
	if (!ops)
		return drv_fail(&ctx, -EINVAL,
				"unknown device; use veth, tap, af_packet:IF, "
				"af_xdp:IF, memif:PATH, pci:BDF or vdev:...");
	return open_kind(&ctx, ops, dev_out);
}

int drv_needs_interrupts(const struct drv_dev *d)
{
	return d->ops->interrupts;
}

void drv_close(struct drv_dev *d)
{
	int held = drv_setup_begin() == 0;

	if (d->opener == getpid() && d->queue[0].umem_pool)
		af_xdp_destroy(d);
	else if (d->opener == getpid())
		port_destroy(d);
	if (d->ops->close)
		d->ops->close(d);
	lock_drop(d);
	if (held)
		drv_setup_end();
}

const struct drv_info *drv_info(const struct drv_dev *d)
{
	return &d->info;
}

const char *drv_advice(const struct drv_dev *d)
{
	return d->advice;
}

uint16_t drv_rx(struct drv_dev *d, uint16_t q, uint8_t port,
		struct rte_mbuf **pkts, uint16_t n)
{
	struct drv_queue *dq = &d->queue[q];
	uint64_t bytes = 0;
	uint16_t i, got;

	if (unlikely(drv_is_down(d, q)))
		return 0;
	got = d->ops->rx(d, q, pkts, n);
	for (i = 0; i < got; i++) {
		pkts[i]->port = port;
		bytes += pkts[i]->pkt_len;
	}
	dq->n.rx_packets += got;
	dq->n.rx_bytes += bytes;
	return got;
}

/* Hand frames to the device: how many it took. */
static uint16_t send_some(struct drv_dev *d, uint16_t q, struct rte_mbuf **pkts,
			  uint16_t n)
{
	struct drv_queue *dq = &d->queue[q];
	uint16_t done = 0, k, sent;

	while (done < n) {
		k = (uint16_t)RTE_MIN(n - done, DRV_BURST);
		sent = d->ops->tx(d, q, pkts + done, k);
		done = (uint16_t)(done + sent);
		if (sent < k)
			break;
	}
	dq->n.tx_packets += done;
	return done;
}

/* Frames kept earlier go first; 0: all of them went. */
static uint16_t send_kept(struct drv_dev *d, uint16_t q)
{
	struct drv_queue *dq = &d->queue[q];
	uint16_t run, sent;

	while (dq->keep_n) {
		run = (uint16_t)RTE_MIN(dq->keep_n, DRV_KEEP - dq->keep_head);
		sent = send_some(d, q, &dq->keep[dq->keep_head], run);
		dq->keep_head = (uint16_t)((dq->keep_head + sent) % DRV_KEEP);
		dq->keep_n = (uint16_t)(dq->keep_n - sent);
		if (sent < run)
			break;
	}
	return dq->keep_n;
}

static uint32_t kept_segs(const struct drv_queue *dq)
{
	uint32_t segs = 0;
	uint16_t i;

	for (i = 0; i < dq->keep_n; i++)
		segs += dq->keep[(dq->keep_head + i) % DRV_KEEP]->nb_segs;
	return segs;
}

/* Keep as many as there is room for; drop the rest. Returns frames dropped. */
static uint16_t keep(struct drv_queue *dq, struct rte_mbuf **pkts, uint16_t n)
{
	uint32_t segs = n ? kept_segs(dq) : 0;
	uint16_t i;

	for (i = 0; i < n && dq->keep_n < DRV_KEEP; i++) {
		segs += pkts[i]->nb_segs;
		if (segs > DRV_KEEP_SEGS)
			break;
		dq->keep[(dq->keep_head + dq->keep_n++) % DRV_KEEP] = pkts[i];
	}
	if (i < n)
		rte_pktmbuf_free_bulk(pkts + i, n - i);
	dq->n.tx_errors += n - i;
	return n - i;
}

static uint64_t sum_bytes(struct rte_mbuf **pkts, uint16_t n)
{
	uint64_t bytes = 0;
	uint16_t i;

	for (i = 0; i < n; i++)
		bytes += pkts[i]->pkt_len;
	return bytes;
}

static uint16_t drop_all(struct drv_queue *dq, struct rte_mbuf **pkts,
			 uint16_t n)
{
	for (; dq->keep_n; dq->keep_n--) {
		rte_pktmbuf_free(dq->keep[dq->keep_head]);
		dq->keep_head = (uint16_t)((dq->keep_head + 1) % DRV_KEEP);
		dq->n.tx_errors++;
	}
	rte_pktmbuf_free_bulk(pkts, n);
	dq->n.tx_errors += n;
	return n;
}

uint16_t drv_tx(struct drv_dev *d, uint16_t q, struct rte_mbuf **pkts,
		uint16_t n)
{
	struct drv_queue *dq = &d->queue[q];
	uint16_t left = n, sent = 0;

	if (unlikely(drv_is_down(d, q)))
		return drop_all(dq, pkts, n);
	if (d->ops->prepare && n)
		left = d->ops->prepare(d, q, pkts, n);
	dq->n.tx_errors += n - left;
	dq->n.tx_bytes += sum_bytes(pkts, left);
	if (send_kept(d, q) == 0)
		sent = send_some(d, q, pkts, left);
	return (uint16_t)(n - left) + keep(dq, pkts + sent, left - sent);
}

uint16_t drv_tx_backlog(const struct drv_dev *d, uint16_t q)
{
	return d->queue[q].keep_n;
}

int drv_fd(const struct drv_dev *d, uint16_t q)
{
	return d->info.interrupt && !drv_is_down(d, q) ? d->queue[q].fd : -1;
}

int drv_control_fd(const struct drv_dev *d)
{
	return d->control_fd;
}

int drv_arm(struct drv_dev *d, uint16_t q)
{
	return d->ops->arm && !drv_is_down(d, q) ? d->ops->arm(d, q) : 0;
}

void drv_disarm(struct drv_dev *d, uint16_t q)
{
	if (d->ops->disarm && !drv_is_down(d, q))
		d->ops->disarm(d, q);
}

int drv_is_down(const struct drv_dev *d, uint16_t q)
{
	return __atomic_load_n(&d->queue[q].down, __ATOMIC_RELAXED);
}

void drv_set_down(struct drv_dev *d)
{
	uint16_t q;

	for (q = 0; q < d->info.nqueues; q++) {
		__atomic_store_n(&d->queue[q].down, 1, __ATOMIC_SEQ_CST);
		if (d->control_fd >= 0 && d->queue[q].fd >= 0)
			eventfd_write(d->queue[q].fd, 1);
	}
}

/* Frames kept back are forgotten, not freed: their pool is made anew. */
int drv_reset_queue(struct drv_dev *d, uint16_t q)
{
	struct drv_queue *dq = &d->queue[q];

	dq->keep_n = 0;
	dq->keep_head = 0;
	if (!d->ops->reset || !d->can_reset) {
		dq->down = 1;
		return -EIO;
	}
	return d->ops->reset(d, q);
}

void drv_counters(const struct drv_dev *d, struct drv_counters *out)
{
	struct drv_counters c = { 0 };
	uint16_t q;

	for (q = 0; q < d->info.nqueues; q++) {
		const struct drv_queue *dq = &d->queue[q];

#define X(name, text) c.name += dq->n.name;
		DRV_COUNTER_LIST(X)
#undef X
		c.tx_kept += dq->keep_n;
	}
	if (d->ops->counters)
		d->ops->counters(d, &c);
	*out = c;
}
