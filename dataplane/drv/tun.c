// SPDX-License-Identifier: MIT
/*
 * tun.c - a tap device without DPDK's PMD
 *
 * net_tap needs a signal, which no program of ours may see, and goes deaf
 * in a fork. Here one descriptor of /dev/net/tun is a queue: a frame is one
 * read or one write. The interface goes when the last descriptor does.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <rte_ether.h>
#include <rte_mbuf.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "drv/internal.h"
#include "drv/link.h"

#define TUN_PATH "/dev/net/tun"
#define TUN_MTU 1500
#define TUN_SEGS 16 /* of one frame; longer chains are linearised */
#define ETH_BYTES (RTE_ETHER_HDR_LEN + RTE_VLAN_HLEN)

static int open_queue(struct drv_ctx *ctx, char *name, int *fd_out)
{
	struct ifreq ifr = { .ifr_flags = IFF_TAP | IFF_NO_PI };
	int fd, rc;

	if (ctx->nqueues > 1)
		ifr.ifr_flags |= IFF_MULTI_QUEUE;
	fd = open(TUN_PATH, O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return drv_fail(ctx, -errno,
				"%s: %s; load the tun module "
				"or use veth",
				TUN_PATH, strerror(errno));
	snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "%s", name);
	if (ioctl(fd, TUNSETIFF, &ifr) < 0) {
		rc = -errno;
		close(fd);
		if (rc == -EPERM)
			return drv_fail(ctx, rc,
					"a tap needs CAP_NET_ADMIN: "
					"run as root");
		return drv_fail(ctx, rc, "no tap %s: %s", name, strerror(-rc));
	}
	snprintf(name, IFNAMSIZ, "%s", ifr.ifr_name);
	*fd_out = fd;
	return 0;
}

static int choose_name(struct drv_ctx *ctx, char *name)
{
	unsigned i;

	if (strlen(ctx->args.name) > LINK_NAME_MAX)
		return drv_fail(ctx, -ENAMETOOLONG,
				"a name has at most %d letters", LINK_NAME_MAX);
	snprintf(name, IFNAMSIZ, "%s", ctx->args.name);
	for (i = 0; !ctx->args.name[0]; i++) {
		snprintf(name, IFNAMSIZ, "ixtap%u", i % 1000);
		if (!link_exists(name))
			break;
	}
	return 0;
}

static void close_queues(struct drv_dev *d)
{
	uint16_t q;

	for (q = 0; q < d->info.nqueues; q++) {
		if (d->queue[q].fd >= 0)
			close(d->queue[q].fd);
		d->queue[q].fd = -1;
		rte_pktmbuf_free(d->queue[q].spare);
		d->queue[q].spare = NULL;
	}
}

static int open_queues(struct drv_dev *d, struct drv_ctx *ctx, char *name)
{
	uint16_t q;
	int rc;

	for (q = 0; q < ctx->nqueues; q++) {
		rc = open_queue(ctx, name, &d->queue[q].fd);
		if (rc < 0) {
			close_queues(d);
			return rc;
		}
	}
	return 0;
}

static int set_up(struct drv_dev *d, struct drv_ctx *ctx, const char *name)
{
	const struct drv_spec *s = ctx->spec;
	int rc = 0;

	d->info.mtu = s->mtu ? s->mtu : TUN_MTU;
	d->info.max_frame = (uint16_t)(d->info.mtu + ETH_BYTES);
	if (d->info.max_frame > pool_room(ctx->rx_pool, ctx->nqueues))
		return drv_fail(ctx, -EMSGSIZE,
				"MTU %u is more than receive buffers hold: "
				"use a smaller --mtu",
				d->info.mtu);
	if (s->mtu)
		rc = link_set_mtu(name, s->mtu);
	if (rc == 0 && s->kernel_prefix)
		rc = link_add_ip4(name, s->kernel_ip, s->kernel_prefix);
	if (rc == 0)
		rc = link_up(name);
	if (rc < 0)
		return drv_fail(ctx, rc, "%s does not come up: %s", name,
				strerror(-rc));
	return 0;
}

static int tun_open(struct drv_dev *d, struct drv_ctx *ctx)
{
	char name[IFNAMSIZ], key[32];
	int rc;

	if (ctx->args.opts[0])
		return drv_fail(ctx, -EINVAL, "unknown option %s",
				ctx->args.opts);
	rc = choose_name(ctx, name);
	if (rc < 0)
		return rc;
	snprintf(key, sizeof(key), "if-%s", name);
	rc = lock_take(d, ctx, key);
	if (rc == 0 && link_exists(name))
		rc = drv_fail(ctx, -EEXIST,
			      "%s exists already: use another name", name);
	if (rc == 0)
		rc = open_queues(d, ctx, name);
	if (rc < 0)
		return rc;
	rc = set_up(d, ctx, name);
	if (rc < 0) {
		close_queues(d);
		return rc;
	}
	snprintf(d->info.driver, sizeof(d->info.driver), "ix_tun");
	snprintf(d->info.kernel_if, sizeof(d->info.kernel_if), "%s", name);
	if (ctx->spec->has_mac)
		d->info.mac = ctx->spec->mac;
	else
		rte_eth_random_addr(d->info.mac.addr_bytes);
	d->info.interrupt = 1;
	d->can_reset = 1;
	d->info.tx_offloads = RTE_ETH_TX_OFFLOAD_MULTI_SEGS;
	return 0;
}

/*
 * Not by libc, whose calls are points of cancellation: a thread of the program
 * must not end here, where it holds the elastic thread.
 *
 * One frame into the spare mbuf: its length, or <= 0.
 */
static ssize_t read_frame(struct drv_queue *dq)
{
	if (!dq->spare) {
		dq->spare = rte_pktmbuf_alloc(dq->rx_pool);
		if (!dq->spare) {
			dq->rx_nombuf++;
			return 0;
		}
	}
	return syscall(SYS_read, dq->fd, rte_pktmbuf_mtod(dq->spare, void *),
		       rte_pktmbuf_tailroom(dq->spare));
}

static uint16_t tun_rx(struct drv_dev *d, uint16_t q, struct rte_mbuf **pkts,
		       uint16_t n)
{
	struct drv_queue *dq = &d->queue[q];
	int saved = errno;
	uint16_t got = 0;
	ssize_t len;

	while (got < n) {
		len = read_frame(dq);
		if (len <= 0)
			break;
		dq->spare->pkt_len = (uint32_t)len;
		dq->spare->data_len = (uint16_t)len;
		pkts[got++] = dq->spare;
		dq->spare = NULL;
	}
	errno = saved;
	return got;
}

static uint16_t tun_prepare(struct drv_dev *d, uint16_t q,
			    struct rte_mbuf **pkts, uint16_t n)
{
	return drv_linearise(d->queue[q].tx_pool, pkts, n, TUN_SEGS);
}

static ssize_t write_frame(int fd, const struct rte_mbuf *m)
{
	struct iovec iov[TUN_SEGS];
	int n = 0;

	if (likely(m->nb_segs == 1)) /* cheaper than a vector of one */
		return syscall(SYS_write, fd, rte_pktmbuf_mtod(m, void *),
			       m->data_len);
	for (; m; m = m->next) {
		iov[n].iov_base = rte_pktmbuf_mtod(m, void *);
		iov[n++].iov_len = m->data_len;
	}
	return syscall(SYS_writev, fd, iov, n);
}

static uint16_t tun_tx(struct drv_dev *d, uint16_t q, struct rte_mbuf **pkts,
		       uint16_t n)
{
	struct drv_queue *dq = &d->queue[q];
	int saved = errno;
	uint16_t i;

	for (i = 0; i < n; i++) {
		if (write_frame(dq->fd, pkts[i]) < 0) {
			if (errno == EAGAIN)
				break;
			dq->tx_errors++;
		}
		rte_pktmbuf_free(pkts[i]);
	}
	errno = saved;
	return i;
}

/* A read or write is done or not; nothing is ever half. */
static int tun_reset(struct drv_dev *d, uint16_t q)
{
	(void)d;
	(void)q;
	return 0;
}

/* Descriptors of a fork that only closes are not ours to close twice. */
static void tun_close(struct drv_dev *d)
{
	close_queues(d);
}

const struct drv_ops drv_tun_ops = {
	.kind = "tap",
	.open = tun_open,
	.close = tun_close,
	.rx = tun_rx,
	.prepare = tun_prepare,
	.tx = tun_tx,
	.reset = tun_reset,
};
