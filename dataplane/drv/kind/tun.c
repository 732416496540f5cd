// SPDX-License-Identifier: MIT
/*
 * tun.c - a tap device without DPDK's PMD
 *
 * net_tap needs a signal, which no program of ours may see, and goes deaf
 * in a fork. Here one descriptor of /dev/net/tun is a queue: a frame is one
 * read or one write. The interface goes when the last descriptor does.
 *
 * In front of each frame stands a virtio_net_hdr (vnet.c), in the headroom of
 * its mbuf: neither side computes checksums that never leave the machine, and
 * up to 64 KB of TCP pass at once, either way.
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
#include <sys/uio.h>
#include <unistd.h>

#include "base/raw.h"
#include "drv/common/dev.h"
#include "drv/common/fail.h"
#include "drv/common/port.h"
#include "drv/kind/kinds.h"
#include "drv/kind/vnet.h"
#include "drv/kernel/link.h"
#include "drv/kernel/lock.h"

#define TUN_PATH "/dev/net/tun"
#define TUN_MTU 1500
#define TUN_SEGS 33 /* mbufs of one frame, 2 KB each: 64 KB and its headers */
#define TUN_BURST (256u << 10) /* bytes received in a row */
#define ETH_BYTES (RTE_ETHER_HDR_LEN + RTE_VLAN_HLEN)
#define VNET_LEN sizeof(struct virtio_net_hdr)

/* Mbufs that the next frame is read into, and where they are. */
struct tun_buffers {
	unsigned empty; /* slots at the front that have none */
	struct rte_mbuf *m[TUN_SEGS];
	struct iovec iov[TUN_SEGS];
};

static int open_queue(struct drv_ctx *ctx, char *name, int *fd_out)
{
	struct ifreq ifr = { .ifr_flags = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR };
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

static void drop_buffers(struct tun_buffers *b)
{
	for (; b->empty < TUN_SEGS; b->empty++)
		rte_pktmbuf_free(b->m[b->empty]);
}

static void close_queues(struct drv_dev *d)
{
	uint16_t q;

	for (q = 0; q < d->info.nqueues; q++) {
		if (d->queue[q].fd >= 0)
			close(d->queue[q].fd);
		d->queue[q].fd = -1;
		if (d->queue[q].tun)
			drop_buffers(d->queue[q].tun);
	}
}

static int alloc_buffers(struct drv_dev *d, struct drv_ctx *ctx)
{
	uint16_t q;

	for (q = 0; q < ctx->nqueues; q++) {
		d->queue[q].tun = arena_alloc(ctx->arena,
					      sizeof(struct tun_buffers),
					      RTE_CACHE_LINE_SIZE);
		if (!d->queue[q].tun)
			return drv_fail(ctx, -ENOMEM,
					"no shared memory is left");
		d->queue[q].tun->empty = TUN_SEGS;
	}
	return 0;
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

/* What the kernel may leave to us: all that we accept. Where it cannot, it
 * does the work itself. */
static void offload(struct drv_dev *d, struct drv_ctx *ctx)
{
	ioctl(d->queue[0].fd, TUNSETOFFLOAD,
	      TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO_ECN);
	d->info.tx_offloads =
		RTE_ETH_TX_OFFLOAD_MULTI_SEGS | RTE_ETH_TX_OFFLOAD_TCP_CKSUM |
		RTE_ETH_TX_OFFLOAD_UDP_CKSUM | RTE_ETH_TX_OFFLOAD_TCP_TSO;
	d->info.rx_offloads = RTE_ETH_RX_OFFLOAD_TCP_CKSUM |
			      RTE_ETH_RX_OFFLOAD_UDP_CKSUM |
			      RTE_ETH_RX_OFFLOAD_TCP_LRO;
	d->info.tx_cksum = DRV_CKSUM_TCP | DRV_CKSUM_UDP;
	d->info.tso_max =
		drv_tso_max(TUN_SEGS, pool_room(ctx->tx_pool, ctx->nqueues));
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
		rc = alloc_buffers(d, ctx);
	if (rc == 0)
		rc = open_queues(d, ctx, name);
	if (rc < 0)
		return rc;
	offload(d, ctx);
	rc = set_up(d, ctx, name);
	if (rc < 0) {
		close_queues(d);
		return rc;
	}
	snprintf(d->info.driver, sizeof(d->info.driver), "ix_tun");
	snprintf(d->info.kernel_if, sizeof(d->info.kernel_if), "%s", name);
	rte_eth_random_addr(d->info.mac.addr_bytes);
	d->info.interrupt = 1;
	d->can_reset = 1;
	return 0;
}

/* An mbuf in every slot: 0, or -ENOBUFS. The header of a frame goes in front
 * of the first one's data. */
static int refill(struct drv_queue *dq)
{
	struct tun_buffers *b = dq->tun;
	unsigned i;

	if (unlikely(b->empty == 0))
		return 0;
	if (rte_pktmbuf_alloc_bulk(dq->rx_pool, b->m, b->empty) < 0) {
		dq->n.rx_nombuf++;
		return -ENOBUFS;
	}
	for (i = 0; i < b->empty; i++) {
		b->iov[i].iov_base = rte_pktmbuf_mtod(b->m[i], void *);
		b->iov[i].iov_len = rte_pktmbuf_tailroom(b->m[i]);
	}
	b->iov[0].iov_base =
		rte_pktmbuf_mtod_offset(b->m[0], char *, -(int)VNET_LEN);
	b->iov[0].iov_len += VNET_LEN;
	b->empty = 0;
	return 0;
}

/* Make len bytes that were read one packet; the slots that it took are empty
 * then. NULL: the kernel's header is wrong, no slot is. */
static struct rte_mbuf *take(struct tun_buffers *b, uint32_t len)
{
	struct rte_mbuf *m = b->m[0];
	struct virtio_net_hdr h;
	unsigned i = 0;

	if (unlikely(len < VNET_LEN))
		return NULL;
	len -= (uint32_t)VNET_LEN;
	memcpy(&h, b->iov[0].iov_base, sizeof(h));
	m->pkt_len = len;
	m->data_len = (uint16_t)RTE_MIN(len, rte_pktmbuf_tailroom(m));
	if (unlikely(vnet_to_mbuf(&h, m) < 0)) {
		m->data_len = 0;
		return NULL;
	}
	for (len -= m->data_len; len; len -= b->m[i]->data_len) {
		b->m[i]->next = b->m[i + 1];
		i++;
		b->m[i]->data_len = (uint16_t)RTE_MIN(len, b->iov[i].iov_len);
	}
	m->nb_segs = (uint16_t)(i + 1);
	b->empty = i + 1;
	return m;
}

/*
 * Not by libc, whose calls are points of cancellation: a thread of the program
 * must not end here, where it holds the elastic thread.
 */
static ssize_t read_frame(struct drv_queue *dq)
{
	return raw_call(SYS_readv, dq->fd, dq->tun->iov, TUN_SEGS);
}

static uint16_t tun_rx(struct drv_dev *d, uint16_t q, struct rte_mbuf **pkts,
		       uint16_t n)
{
	struct drv_queue *dq = &d->queue[q];
	uint32_t bytes = 0;
	int saved = errno;
	uint16_t got = 0;
	ssize_t len;

	while (got < n && bytes < TUN_BURST && refill(dq) == 0) {
		len = read_frame(dq);
		if (len <= 0)
			break;
		bytes += (uint32_t)len;
		pkts[got] = take(dq->tun, (uint32_t)len);
		if (likely(pkts[got]))
			got++;
		else
			dq->n.rx_bad++;
	}
	errno = saved;
	return got;
}

static struct virtio_net_hdr *header_of(const struct rte_mbuf *m)
{
	return rte_pktmbuf_mtod_offset(m, struct virtio_net_hdr *,
				       -(int)VNET_LEN);
}

/* The kernel's header goes into the headroom; what has none is dropped. */
static uint16_t tun_prepare(struct drv_dev *d, uint16_t q,
			    struct rte_mbuf **pkts, uint16_t n)
{
	uint16_t i, left = 0;

	n = drv_linearise(d->queue[q].tx_pool, pkts, n, TUN_SEGS);
	for (i = 0; i < n; i++) {
		if (unlikely(rte_pktmbuf_headroom(pkts[i]) < VNET_LEN)) {
			rte_pktmbuf_free(pkts[i]);
			continue;
		}
		vnet_from_mbuf(header_of(pkts[i]), pkts[i]);
		pkts[left++] = pkts[i];
	}
	return left;
}

static ssize_t write_frame(int fd, const struct rte_mbuf *m)
{
	struct iovec iov[TUN_SEGS];
	int n = 1;

	if (likely(m->nb_segs == 1)) /* cheaper than a vector of one */
		return raw_call(SYS_write, fd, header_of(m),
				m->data_len + VNET_LEN);
	iov[0].iov_base = header_of(m);
	iov[0].iov_len = m->data_len + VNET_LEN;
	for (m = m->next; m; m = m->next) {
		iov[n].iov_base = rte_pktmbuf_mtod(m, void *);
		iov[n++].iov_len = m->data_len;
	}
	return raw_call(SYS_writev, fd, iov, n);
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
			dq->n.tx_errors++;
		}
		rte_pktmbuf_free(pkts[i]);
	}
	errno = saved;
	return i;
}

/* A read or write is done or not, nothing is ever half; the buffers belong to a
 * pool that is made anew. */
static int tun_reset(struct drv_dev *d, uint16_t q)
{
	d->queue[q].tun->empty = TUN_SEGS;
	return 0;
}

const struct drv_ops drv_tun_ops = {
	.kind = "tap",
	.open = tun_open,
	.close = close_queues,
	.rx = tun_rx,
	.prepare = tun_prepare,
	.tx = tun_tx,
	.reset = tun_reset,
};
