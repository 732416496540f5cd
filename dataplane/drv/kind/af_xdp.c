// SPDX-License-Identifier: MIT
/*
 * af_xdp.c - an interface of the kernel through an XDP socket
 *
 * The PMD's umem is its rx mempool, header and data in one chunk, so that
 * pool is ours: received frames are copied into the caller's mbufs, and
 * frames to send into the umem, once, whatever their number of segments.
 */
#include <bpf/libbpf.h>
#include <errno.h>
#include <net/if.h>
#include <rte_ethdev.h>
#include <rte_mbuf.h>
#include <rte_memzone.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "drv/common/dev.h"
#include "drv/common/fail.h"
#include "drv/common/fds.h"
#include "drv/common/port.h"
#include "drv/kind/af_xdp.h"
#include "drv/kind/af_xdp_reset.h"
#include "drv/kind/kinds.h"
#include "drv/kind/pmd_priv.h"
#include "drv/kernel/ethtool.h"
#include "drv/kernel/iface.h"
#include "drv/kernel/link.h"
#include "drv/kernel/lock.h"
#include "drv/kernel/steer.h"
#include "drv/kernel/unfilled.h"

#ifndef AF_XDP
#define AF_XDP 44
#endif

#define UMEM_MBUFS 5120 /* 2048 to be filled, 2 x 1024 to be sent, slack */
#define UMEM_CACHE 256
#define ROOM_SMALL (RTE_PKTMBUF_HEADROOM + 2048)
#define TRIES 6
#define RETRY_US 100000
#define PAGE_BYTES 4096
#define ROOM_LARGE 3904 /* with header and mbuf a page */
#define XDP_ROOM 256	/* the kernel's part of a chunk */
#define ETH_BYTES (RTE_ETHER_HDR_LEN + RTE_VLAN_HLEN)

static uint16_t mtu_of_room(unsigned room)
{
	return (uint16_t)(room - RTE_PKTMBUF_HEADROOM - XDP_ROOM - ETH_BYTES);
}

static void free_pools(struct drv_dev *d)
{
	uint16_t q;

	for (q = 0; q < d->info.nqueues; q++) {
		rte_mempool_free(d->queue[q].umem_pool);
		d->queue[q].umem_pool = NULL;
	}
}

static void free_zone(struct rte_mempool_memhdr *h, void *zone)
{
	(void)h;
	rte_memzone_free(zone);
}

/*
 * The PMD counts on objects without a gap, from the pool's first byte on, so
 * they may cross pages here. A zero-copy card does not like that: chunks of
 * exactly a page, at page boundaries, do not.
 */
static int populate(struct rte_mempool *mp, const char *name)
{
	size_t size = rte_mempool_calc_obj_size(
		(uint32_t)sizeof(struct rte_mbuf) +
			rte_pktmbuf_data_room_size(mp),
		mp->flags, NULL);
	const struct rte_memzone *z = rte_memzone_reserve_aligned(
		name, size * UMEM_MBUFS, SOCKET_ID_ANY, 0, PAGE_BYTES);

	if (!z)
		return -ENOMEM;
	if (rte_mempool_populate_iova(mp, z->addr, RTE_BAD_IOVA, z->len,
				      free_zone,
				      (void *)(uintptr_t)z) != UMEM_MBUFS) {
		rte_memzone_free(z);
		return -ENOMEM;
	}
	rte_mempool_obj_iter(mp, rte_pktmbuf_init, NULL);
	return 0;
}

static struct rte_mempool *make_pool(const char *name, uint16_t room)
{
	struct rte_pktmbuf_pool_private priv = { .mbuf_data_room_size = room };
	struct rte_mempool *mp;

	mp = rte_mempool_create_empty(
		name, UMEM_MBUFS, (uint32_t)sizeof(struct rte_mbuf) + room,
		UMEM_CACHE, sizeof(priv), SOCKET_ID_ANY,
		RTE_MEMPOOL_F_NO_IOVA_CONTIG | RTE_MEMPOOL_F_NO_SPREAD);
	if (!mp)
		return NULL;
	rte_mempool_set_ops_byname(mp, "ring_mp_mc", NULL);
	rte_pktmbuf_pool_init(mp, &priv);
	if (populate(mp, name) < 0) {
		rte_mempool_free(mp);
		return NULL;
	}
	return mp;
}

static int make_pools(struct drv_dev *d, struct drv_ctx *ctx, const char *ifn,
		      uint16_t mtu)
{
	uint16_t room = ROOM_LARGE, q;
	char name[RTE_MEMPOOL_NAMESIZE];

	if (mtu <= mtu_of_room(ROOM_SMALL) && d->own_if)
		room = ROOM_SMALL;
	for (q = 0; q < ctx->nqueues; q++) {
		snprintf(name, sizeof(name), "x%u%.15s", q, ifn);
		d->queue[q].umem_pool = make_pool(name, room);
		if (!d->queue[q].umem_pool)
			return drv_fail(ctx, -ENOMEM,
					"no memory for the XDP "
					"socket (%u MB a queue): more "
					"hugepages are needed",
					(UMEM_MBUFS * (room + 256u) >> 20) + 1);
	}
	return 0;
}

static void find_fds(struct drv_dev *d)
{
	uint16_t q;

	d->info.interrupt = 1;
	d->can_reset = 1;
	for (q = 0; q < d->info.nqueues; q++) {
		const struct priv_xdp_rxq *p =
			rte_eth_fp_ops[d->port_id].rxq.data[q];

		if (!af_xdp_known(d, q) ||
		    !fds_is_domain(p->fds[0].fd, AF_XDP)) {
			d->info.interrupt = 0;
			d->can_reset = 0;
			return;
		}
		d->queue[q].fd = p->fds[0].fd;
	}
}

static int check(struct drv_ctx *ctx, const char *ifn, uint16_t *mtu)
{
	uint32_t room = pool_room(ctx->rx_pool, ctx->nqueues);
	unsigned channels = 0;
	int rc = link_get_mtu(ifn, mtu);

	if (rc == 0)
		rc = link_channels(ifn, &channels);
	if (rc < 0)
		return drv_fail(ctx, rc, "no interface %s: %s", ifn,
				strerror(-rc));
	if (channels != ctx->nqueues)
		return drv_fail(ctx, -EINVAL,
				"%s has %u channels for %u elastic threads: "
				"ethtool -L %s combined %u, or --threads %u",
				ifn, channels, ctx->nqueues, ifn, ctx->nqueues,
				channels);
	if (ctx->spec->mtu)
		*mtu = ctx->spec->mtu;
	if (*mtu > mtu_of_room(ROOM_LARGE) || *mtu + 0u + ETH_BYTES > room)
		return drv_fail(ctx, -EMSGSIZE,
				"MTU %u is more than an XDP socket or receive "
				"buffers hold (%u): use a smaller --mtu",
				*mtu,
				RTE_MIN((uint32_t)mtu_of_room(ROOM_LARGE),
					room - ETH_BYTES));
	return 0;
}

static int pmd_start(struct drv_dev *d, struct drv_ctx *ctx, const char *ifn)
{
	struct port_opts o = { 0 };
	char args[96];
	int rc;

	snprintf(args, sizeof(args), "iface=%s,queue_count=%u,busy_budget=0",
		 ifn, ctx->nqueues);
	rc = port_create(d, ctx, "net_af_xdp", args);
	if (rc < 0)
		return rc;
	return port_start(d, ctx, &o);
}

/* The PMD miscounts and never deletes a umem, and with it the socket. */
void af_xdp_destroy(struct drv_dev *d)
{
	struct xsk_umem *umem[IX_MAX_ETHREADS] = { 0 };
	uint16_t q;

	for (q = 0; d->can_reset && q < d->info.nqueues; q++) {
		const struct priv_xdp_rxq *p =
			rte_eth_fp_ops[d->port_id].rxq.data[q];

		umem[q] = p->umem->umem;
	}
	port_destroy(d);
	for (q = 0; q < d->info.nqueues; q++)
		if (umem[q])
			xsk_umem__delete(umem[q]);
	free_pools(d);
}

static void detach_program(const char *ifn)
{
	unsigned int index = if_nametoindex(ifn);

	if (index)
		bpf_xdp_detach((int)index, 0, NULL);
}

/* After a queue has failed the PMD's close would use memory that it has
 * freed: the port is given up, not closed. */
static int try_once(struct drv_dev *d, struct drv_ctx *ctx, const char *ifn,
		    uint16_t mtu)
{
	int rc = make_pools(d, ctx, ifn, mtu);

	if (rc == 0)
		rc = pmd_start(d, ctx, ifn);
	if (rc == 0)
		return 0;
	if (d->port_id != RTE_MAX_ETHPORTS)
		detach_program(ifn);
	d->port_id = RTE_MAX_ETHPORTS;
	free_pools(d);
	return rc;
}

/* The kernel lets go of an earlier socket a little later than its close. */
static int try_often(struct drv_dev *d, struct drv_ctx *ctx, const char *ifn,
		     uint16_t mtu)
{
	int tries = d->own_if ? 1 : TRIES;
	int rc = try_once(d, ctx, ifn, mtu);

	while (rc < 0 && rc != -ENOMEM && --tries > 0) {
		usleep(RETRY_US);
		rc = try_once(d, ctx, ifn, mtu);
	}
	return rc;
}

int af_xdp_attach(struct drv_dev *d, struct drv_ctx *ctx, const char *ifn)
{
	uint16_t mtu;
	int rc;

	/* Linux before 6.13 maps compound pages whose tails KVM refuses */
	if (ctx->spec->guest)
		return drv_fail(ctx, -ENOTSUP,
				"the rings of af_xdp cannot be mapped into a "
				"guest: use af_packet:%s, or --protect=none",
				ifn);
	rc = check(ctx, ifn, &mtu);
	if (rc == 0 && ctx->spec->mtu) {
		rc = link_set_mtu(ifn, mtu);
		if (rc < 0)
			drv_fail(ctx, rc, "%s cannot have MTU %u", ifn, mtu);
	}
	if (rc == 0)
		rc = try_often(d, ctx, ifn, mtu);
	if (rc < 0)
		return rc;
	d->info.mtu = mtu;
	d->info.max_frame = (uint16_t)(mtu + ETH_BYTES);
	find_fds(d);
	return 0;
}

static void af_xdp_close(struct drv_dev *d)
{
	detach_program(d->undo_if);
	drv_if_restore(d);
}

/* With a MAC address of its own the stack is another host, and the kernel gets
 * what is not the stack's as well. */
static int share_interface(struct drv_dev *d, struct drv_ctx *ctx,
			   const char *ifn)
{
	int rc = ctx->spec->nown ? steer_attach(d, ctx->spec, ifn) : 0;

	if (rc < 0)
		drv_fail(ctx, rc,
			 "the XDP program that leaves the kernel its packets "
			 "cannot be attached to %s: %s",
			 ifn, strerror(-rc));
	return rc;
}

static int af_xdp_open(struct drv_dev *d, struct drv_ctx *ctx)
{
	const char *ifn = ctx->args.name;
	unsigned int index = if_nametoindex(ifn);
	uint32_t prog = 0;
	int rc;

	rc = drv_if_prepare(d, ctx, ifn);
	if (rc < 0)
		return rc;
	if (bpf_xdp_query_id((int)index, 0, &prog) == 0 && prog) {
		drv_if_restore(d);
		return drv_fail(ctx, -EBUSY,
				"%s runs an XDP program already: "
				"ip link set %s xdp off",
				ifn, ifn);
	}
	lock_note(d, "xdp", ifn);
	rc = af_xdp_attach(d, ctx, ifn);
	if (rc == 0)
		rc = share_interface(d, ctx, ifn);
	if (rc < 0)
		af_xdp_close(d);
	return rc;
}

/* Replace frames of the umem by copies in the caller's mbufs. */
uint16_t af_xdp_rx(struct drv_dev *d, uint16_t q, struct rte_mbuf **pkts,
		   uint16_t n)
{
	struct drv_queue *dq = &d->queue[q];
	uint16_t i, left = 0, got = rte_eth_rx_burst(d->port_id, q, pkts, n);

	for (i = 0; i < got; i++) {
		struct rte_mbuf *from = pkts[i];
		struct rte_mbuf *to = rte_pktmbuf_alloc(dq->rx_pool);

		if (likely(to && rte_pktmbuf_tailroom(to) >= from->data_len)) {
			memcpy(rte_pktmbuf_mtod(to, void *),
			       rte_pktmbuf_mtod(from, void *), from->data_len);
			to->data_len = from->data_len;
			to->pkt_len = from->pkt_len;
			pkts[left++] = to;
		} else {
			rte_pktmbuf_free(to);
			dq->n.rx_nombuf++;
		}
		rte_pktmbuf_free(from);
	}
	if (d->unfilled)
		unfilled_mark(pkts, left);
	return left;
}

/* Replace frames by copies in the umem; the PMD sends those as they are. */
uint16_t af_xdp_prepare(struct drv_dev *d, uint16_t q, struct rte_mbuf **pkts,
			uint16_t n)
{
	return drv_linearise(d->queue[q].umem_pool, pkts, n, 0);
}

const struct drv_ops drv_af_xdp_ops = {
	.kind = "af_xdp",
	.open = af_xdp_open,
	.close = af_xdp_close,
	.rx = af_xdp_rx,
	.prepare = af_xdp_prepare,
	.tx = port_tx,
	.reset = af_xdp_reset,
	.counters = port_counters,
};
