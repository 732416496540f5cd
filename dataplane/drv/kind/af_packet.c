// SPDX-License-Identifier: MIT
/*
 * af_packet.c - an interface of the kernel through a packet socket
 *
 * The PMD maps a ring of frames of fixed size, a power of two here, and
 * leaves 66 bytes of each to the kernel. It has no offloads.
 */
#include <errno.h>
#include <linux/if_packet.h>
#include <rte_ethdev.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "drv/common/dev.h"
#include "drv/common/fail.h"
#include "drv/common/fds.h"
#include "drv/common/port.h"
#include "drv/kind/af_packet.h"
#include "drv/kind/af_packet_reset.h"
#include "drv/kind/kinds.h"
#include "drv/kind/pmd_priv.h"
#include "drv/kernel/ethtool.h"
#include "drv/kernel/iface.h"
#include "drv/kernel/link.h"
#include "drv/kernel/lock.h"
#include "drv/kernel/steer.h"
#include "drv/kernel/unfilled.h"

#define FRAME_MIN 2048u
#define FRAME_MAX 16384u
#define FRAME_HDR 66u	/* the kernel's part of a frame that is received */
#define FRAME_SLACK 32u /* of it, what the PMD counts against the mbuf */
#define BLOCK_BYTES 65536u
#define ETH_BYTES (RTE_ETHER_HDR_LEN + RTE_VLAN_HLEN)

static uint32_t frame_size(uint16_t mtu)
{
	uint32_t need = mtu + ETH_BYTES + FRAME_HDR, size = FRAME_MIN;

	while (size < need)
		size *= 2;
	return size;
}

static int is_packet(int fd)
{
	return fds_is_domain(fd, AF_PACKET);
}

/* The socket is a member of the PMD's queue. */
static void find_fds(struct drv_dev *d)
{
	uint16_t q;

	d->info.interrupt = 1;
	d->can_reset = 1;
	for (q = 0; q < d->info.nqueues; q++) {
		struct priv_packet_rxq *rxq =
			rte_eth_fp_ops[d->port_id].rxq.data[q];

		d->queue[q].fd = rxq->sockfd;
		if (!is_packet(rxq->sockfd))
			d->info.interrupt = 0;
		if (!af_packet_known(d, q))
			d->can_reset = 0;
	}
}

static int check(struct drv_ctx *ctx, const char *ifn, uint16_t *mtu)
{
	uint32_t room = pool_room(ctx->rx_pool, ctx->nqueues);
	int fd, rc = link_get_mtu(ifn, mtu);

	if (rc < 0)
		return drv_fail(ctx, rc, "no interface %s", ifn);
	if (ctx->spec->mtu)
		*mtu = ctx->spec->mtu;
	if (frame_size(*mtu) > FRAME_MAX ||
	    frame_size(*mtu) - FRAME_SLACK > room)
		return drv_fail(ctx, -EMSGSIZE,
				"MTU %u needs frames of %u bytes, receive "
				"buffers hold %u: use a smaller --mtu",
				*mtu, frame_size(*mtu) - FRAME_SLACK, room);
	fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return drv_fail(ctx, -errno,
				"no packet socket: %s; "
				"CAP_NET_RAW is needed (run as root)",
				strerror(errno));
	close(fd);
	return 0;
}

static int pmd_start(struct drv_dev *d, struct drv_ctx *ctx, const char *ifn,
		     uint16_t mtu)
{
	struct port_opts o = { 0 };
	char args[160];
	int rc;

	snprintf(args, sizeof(args),
		 "iface=%s,qpairs=%u,blocksz=%u,framesz=%u,framecnt=%u,"
		 "qdisc_bypass=1",
		 ifn, ctx->nqueues, BLOCK_BYTES, frame_size(mtu), DRV_RING);
	rc = port_create(d, ctx, "net_af_packet", args);
	if (rc < 0)
		return rc;
	rc = port_start(d, ctx, &o);
	if (rc < 0)
		port_destroy(d);
	return rc;
}

int af_packet_attach(struct drv_dev *d, struct drv_ctx *ctx, const char *ifn)
{
	uint16_t mtu;
	int rc = check(ctx, ifn, &mtu);

	if (rc == 0 && ctx->spec->mtu)
		rc = link_set_mtu(ifn, mtu);
	if (rc == -EINVAL || rc == -ERANGE)
		return drv_fail(ctx, rc, "%s cannot have MTU %u", ifn, mtu);
	if (rc == 0)
		rc = pmd_start(d, ctx, ifn, mtu);
	if (rc < 0)
		return rc;
	d->info.mtu = mtu;
	d->info.max_frame = (uint16_t)(mtu + ETH_BYTES);
	find_fds(d);
	return 0;
}

/*
 * The other end of a veth leaves it to the device to cut its segments, which come
 * as they are then, larger than a frame. Not so where there is an XDP program.
 */
static void want_cut(struct drv_dev *d, const char *ifn)
{
	int rc;

	if (!link_is_veth(ifn))
		return;
	lock_note(d, "xdp", ifn);
	rc = steer_pass(ifn);
	d->undo_xdp = rc == 0;
	if (rc < 0 && rc != -EBUSY)
		snprintf(d->advice, sizeof(d->advice),
			 "the other end of %.15s leaves large segments to it, "
			 "which are lost: there, ethtool -K NAME tso off gso "
			 "off",
			 ifn);
}

static int af_packet_open(struct drv_dev *d, struct drv_ctx *ctx)
{
	int rc = drv_if_prepare(d, ctx, ctx->args.name);

	if (rc < 0)
		return rc;
	want_cut(d, ctx->args.name);
	rc = af_packet_attach(d, ctx, ctx->args.name);
	if (rc < 0)
		drv_if_restore(d);
	return rc;
}

uint16_t af_packet_rx(struct drv_dev *d, uint16_t q, struct rte_mbuf **pkts,
		      uint16_t n)
{
	if (unlikely(d->queue[q].resync))
		af_packet_find_next(d, q);
	n = rte_eth_rx_burst(d->port_id, q, pkts, n);
	if (d->unfilled)
		unfilled_mark(pkts, n);
	return n;
}

/* Reading them clears them, so they are gathered here. */
void af_packet_counters(const struct drv_dev *d, struct drv_counters *out)
{
	struct tpacket_stats st;
	socklen_t len;
	uint16_t q;

	port_counters(d, out);
	for (q = 0; q < d->info.nqueues; q++) {
		struct drv_queue *dq = &d->queue[q];

		len = sizeof(st);
		if (getsockopt(dq->fd, SOL_PACKET, PACKET_STATISTICS, &st,
			       &len) < 0)
			continue;
		__atomic_add_fetch(&dq->n.rx_missed, st.tp_drops,
				   __ATOMIC_RELAXED);
		out->rx_missed += st.tp_drops;
	}
}

const struct drv_ops drv_af_packet_ops = {
	.kind = "af_packet",
	.open = af_packet_open,
	.close = drv_if_restore,
	.rx = af_packet_rx,
	.prepare = port_prepare,
	.tx = port_tx,
	.reset = af_packet_reset,
	.counters = af_packet_counters,
};
