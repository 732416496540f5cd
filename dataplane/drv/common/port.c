// SPDX-License-Identifier: MIT
/*
 * port.c - what all ethdev ports share
 */
#include <errno.h>
#include <rte_bus_vdev.h>
#include <rte_errno.h>
#include <rte_ethdev.h>
#include <rte_malloc.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/timespec.h"
#include "drv/common/dev.h"
#include "drv/common/eal.h"
#include "drv/common/fail.h"
#include "drv/common/port.h"
#include "drv/common/spec.h"

#define CSUM_OFFLOADS                                                   \
	(RTE_ETH_TX_OFFLOAD_IPV4_CKSUM | RTE_ETH_TX_OFFLOAD_TCP_CKSUM | \
	 RTE_ETH_TX_OFFLOAD_UDP_CKSUM)
#define RX_CSUM_OFFLOADS                                                \
	(RTE_ETH_RX_OFFLOAD_IPV4_CKSUM | RTE_ETH_RX_OFFLOAD_TCP_CKSUM | \
	 RTE_ETH_RX_OFFLOAD_UDP_CKSUM)
/* What cutting needs besides. */
#define TSO_OFFLOADS                                                 \
	(RTE_ETH_TX_OFFLOAD_TCP_TSO | RTE_ETH_TX_OFFLOAD_TCP_CKSUM | \
	 RTE_ETH_TX_OFFLOAD_MULTI_SEGS)
#define TSO_SEGS 24u   /* mbufs that every PMD takes: vmxnet3 names 255 */
#define TSO_HEADERS 80 /* of IP and TCP, at most */
#define RETRY_MS 10
#define FRAME_EXTRA (RTE_ETHER_HDR_LEN + RTE_VLAN_HLEN)

/* The verification suite's key (Microsoft), known to be well spread. */
const uint8_t drv_rss_key[40] = {
	0x6d, 0x5a, 0x56, 0xda, 0x25, 0x5b, 0x0e, 0xc2, 0x41, 0x67,
	0x25, 0x3d, 0x43, 0xa3, 0x8f, 0xb0, 0xd0, 0xca, 0x2b, 0xcb,
	0xae, 0x7b, 0x30, 0xb4, 0x77, 0xcb, 0x2d, 0xa3, 0x80, 0x30,
	0xf2, 0x0c, 0x6a, 0x42, 0xb7, 0x3b, 0xbe, 0xac, 0x01, 0xfa,
};

uint32_t pool_room(struct rte_mempool *const *pool, uint16_t n)
{
	uint32_t room = UINT32_MAX;
	uint16_t i;

	for (i = 0; i < n; i++)
		room = RTE_MIN(room,
			       (uint32_t)rte_pktmbuf_data_room_size(pool[i]) -
				       RTE_PKTMBUF_HEADROOM);
	return room;
}

static void free_name(const char *prefix, char *out, size_t size)
{
	uint16_t port;
	unsigned i;

	for (i = 0; i < RTE_MAX_ETHPORTS; i++) {
		snprintf(out, size, "%s%u", prefix, i);
		if (rte_eth_dev_get_port_by_name(out, &port) < 0)
			return;
	}
}

int port_create(struct drv_dev *d, struct drv_ctx *ctx, const char *driver,
		const char *args)
{
	char name[RTE_DEV_NAME_MAX_LEN];
	int rc;

	free_name(driver, name, sizeof(name));
	rc = rte_vdev_init(name, args);
	if (rc < 0)
		return drv_fail(ctx, -EIO, "%s does not start: %s", driver,
				eal_last_log());
	rc = rte_eth_dev_get_port_by_name(name, &d->port_id);
	if (rc < 0) {
		rte_vdev_uninit(name);
		return drv_fail(ctx, rc, "%s makes no port", driver);
	}
	snprintf(d->info.driver, sizeof(d->info.driver), "%s", driver);
	return 0;
}

void port_destroy(struct drv_dev *d)
{
	char name[RTE_DEV_NAME_MAX_LEN];
	struct rte_eth_dev_info info;
	int is_pci;

	if (d->port_id == RTE_MAX_ETHPORTS)
		return;
	if (rte_eth_dev_get_name_by_port(d->port_id, name) < 0 ||
	    rte_eth_dev_info_get(d->port_id, &info) < 0)
		return;
	is_pci = spec_bdf(name);
	rte_eth_dev_stop(d->port_id);
	rte_eth_dev_close(d->port_id);
	if (is_pci)
		rte_eal_hotplug_remove("pci", name);
	else
		rte_vdev_uninit(name);
	d->port_id = RTE_MAX_ETHPORTS;
}

static void rss_conf(struct rte_eth_conf *conf,
		     const struct rte_eth_dev_info *info)
{
	conf->rxmode.mq_mode = RTE_ETH_MQ_RX_RSS;
	if (info->hash_key_size == sizeof(drv_rss_key)) {
		conf->rx_adv_conf.rss_conf.rss_key =
			(uint8_t *)(uintptr_t)drv_rss_key;
		conf->rx_adv_conf.rss_conf.rss_key_len = sizeof(drv_rss_key);
	}
	conf->rx_adv_conf.rss_conf.rss_hf =
		info->flow_type_rss_offloads &
		(RTE_ETH_RSS_IP | RTE_ETH_RSS_TCP | RTE_ETH_RSS_UDP);
}

/* Flows over queues in turn: queue = hash % reta_size % nqueues. */
static void set_reta(struct drv_dev *d, const struct rte_eth_dev_info *info)
{
	struct rte_eth_rss_reta_entry64 reta[8];
	uint16_t i;

	if (info->reta_size == 0 || info->reta_size > 8 * 64)
		return;
	memset(reta, 0, sizeof(reta));
	for (i = 0; i < info->reta_size; i++) {
		reta[i / 64].mask |= 1ull << (i % 64);
		reta[i / 64].reta[i % 64] = i % d->info.nqueues;
	}
	if (rte_eth_dev_rss_reta_update(d->port_id, reta, info->reta_size))
		return;
	d->info.rss = 1;
	d->info.reta_size = info->reta_size;
}

static int is_vdev(const struct rte_eth_dev_info *info)
{
	return strncmp(info->driver_name, "net_af_", 7) == 0 ||
	       strcmp(info->driver_name, "net_memif") == 0;
}

static uint32_t cksum_bits(uint64_t offloads)
{
	return (offloads & RTE_ETH_TX_OFFLOAD_IPV4_CKSUM ? DRV_CKSUM_IPV4 :
							   0u) |
	       (offloads & RTE_ETH_TX_OFFLOAD_TCP_CKSUM ? DRV_CKSUM_TCP : 0u) |
	       (offloads & RTE_ETH_TX_OFFLOAD_UDP_CKSUM ? DRV_CKSUM_UDP : 0u);
}

uint16_t drv_tso_max(uint32_t segs, uint32_t room)
{
	uint32_t bytes = RTE_MIN(segs * room, (uint32_t)UINT16_MAX);

	return (uint16_t)(bytes > TSO_HEADERS ? bytes - TSO_HEADERS : 0);
}

static void choose_tso(struct drv_dev *d, struct drv_ctx *ctx,
		       const struct rte_eth_dev_info *info)
{
	uint32_t segs = info->tx_desc_lim.nb_seg_max;

	if ((info->tx_offload_capa & TSO_OFFLOADS) != TSO_OFFLOADS)
		return;
	segs = segs ? RTE_MIN(segs, TSO_SEGS) : TSO_SEGS;
	d->info.tx_offloads |= RTE_ETH_TX_OFFLOAD_TCP_TSO;
	d->info.tso_max =
		drv_tso_max(segs, pool_room(ctx->tx_pool, ctx->nqueues));
}

static void choose_offloads(struct drv_dev *d, struct drv_ctx *ctx,
			    const struct rte_eth_dev_info *info)
{
	d->info.tx_offloads = info->tx_offload_capa &
			      RTE_ETH_TX_OFFLOAD_MULTI_SEGS;
	if (is_vdev(info))
		return;
	d->info.tx_offloads |= info->tx_offload_capa & CSUM_OFFLOADS;
	d->info.tx_cksum = cksum_bits(d->info.tx_offloads);
	d->info.rx_offloads = info->rx_offload_capa & RX_CSUM_OFFLOADS;
	choose_tso(d, ctx, info);
}

static int setup_queue(struct drv_dev *d, struct drv_ctx *ctx, uint16_t q,
		       uint16_t nrx, uint16_t ntx)
{
	struct rte_mempool *pool = d->queue[q].umem_pool ?
					   d->queue[q].umem_pool :
					   d->queue[q].rx_pool;
	int socket = rte_eth_dev_socket_id(d->port_id);
	int rc;

	rc = rte_eth_rx_queue_setup(d->port_id, q, nrx,
				    (unsigned)(socket < 0 ? 0 : socket), NULL,
				    pool);
	if (rc == 0)
		rc = rte_eth_tx_queue_setup(d->port_id, q, ntx,
					    (unsigned)(socket < 0 ? 0 : socket),
					    NULL);
	if (rc < 0)
		return drv_fail(ctx, rc, "queue %u cannot be set up: %s", q,
				*eal_last_log() ? eal_last_log() :
						  strerror(-rc));
	return 0;
}

static int configure(struct drv_dev *d, struct drv_ctx *ctx,
		     const struct port_opts *o,
		     const struct rte_eth_dev_info *info)
{
	struct rte_eth_conf conf = { .rxmode = { .mtu = o->mtu } };
	uint16_t max =
		(uint16_t)RTE_MIN(info->max_rx_queues, info->max_tx_queues);
	int rc;

	if (ctx->nqueues > max)
		return drv_fail(ctx, -EINVAL,
				"has %u queues, %u are needed: use fewer "
				"elastic threads",
				max, ctx->nqueues);
	choose_offloads(d, ctx, info);
	conf.txmode.offloads = d->info.tx_offloads;
	conf.rxmode.offloads = d->info.rx_offloads;
	if (o->want_rss && ctx->nqueues > 1 && info->flow_type_rss_offloads)
		rss_conf(&conf, info);
	conf.intr_conf.rxq = o->want_intr ? 1 : 0;
	rc = rte_eth_dev_configure(d->port_id, ctx->nqueues, ctx->nqueues,
				   &conf);
	if (rc < 0)
		return drv_fail(ctx, rc, "cannot be configured: %s",
				*eal_last_log() ? eal_last_log() :
						  strerror(-rc));
	return 0;
}

static int start_queues(struct drv_dev *d, struct drv_ctx *ctx,
			const struct port_opts *o)
{
	uint16_t nrx = o->rx_desc ? o->rx_desc : DRV_RING;
	uint16_t ntx = o->tx_desc ? o->tx_desc : DRV_RING;
	uint64_t end = monotonic_ns() + o->start_ms * NSEC_PER_MSEC;
	uint16_t q;
	int rc;

	rte_eth_dev_adjust_nb_rx_tx_desc(d->port_id, &nrx, &ntx);
	for (q = 0; q < ctx->nqueues; q++) {
		rc = setup_queue(d, ctx, q, nrx, ntx);
		if (rc < 0)
			return rc;
	}
	while ((rc = rte_eth_dev_start(d->port_id)) < 0 && monotonic_ns() < end)
		usleep(RETRY_MS * 1000);
	if (rc < 0)
		return drv_fail(ctx, rc, "does not start: %s",
				*eal_last_log() ? eal_last_log() :
						  strerror(-rc));
	return 0;
}

/* Every queue must have an eventfd of its own that can be switched on. */
static void find_intr_fds(struct drv_dev *d)
{
	uint16_t q;

	d->info.interrupt = 1;
	for (q = 0; q < d->info.nqueues; q++) {
		d->queue[q].fd =
			rte_eth_dev_rx_intr_ctl_q_get_fd(d->port_id, q);
		if (d->queue[q].fd < 0 ||
		    rte_eth_dev_rx_intr_enable(d->port_id, q) < 0)
			d->info.interrupt = 0;
		else
			rte_eth_dev_rx_intr_disable(d->port_id, q);
	}
}

/* Not all PMDs count what is there (virtio's does not). */
int port_arm(struct drv_dev *d, uint16_t q)
{
	if (!d->info.interrupt)
		return 0;
	rte_eth_dev_rx_intr_enable(d->port_id, q);
	rte_mb();
	return DRV_LOOK;
}

void port_disarm(struct drv_dev *d, uint16_t q)
{
	int saved = errno;
	uint64_t count;

	if (!d->info.interrupt)
		return;
	rte_eth_dev_rx_intr_disable(d->port_id, q);
	if (read(d->queue[q].fd, &count, sizeof(count)) < 0)
		errno = saved; /* it had not fired */
}

/* net_e1000_em tells the card nothing of its MSI-X vectors (the 82574's IVAR
 * register), so that no rx interrupt arrives though all calls succeed. */
static int lies_about_intr(const struct rte_eth_dev_info *info)
{
	return strcmp(info->driver_name, "net_e1000_em") == 0;
}

/* With rx interrupts where they are wanted and work; else without. */
static int start_port(struct drv_dev *d, struct drv_ctx *ctx,
		      const struct port_opts *o,
		      const struct rte_eth_dev_info *info)
{
	struct port_opts plain = *o;
	int rc;

	plain.want_intr = 0;
	if (o->want_intr && lies_about_intr(info))
		return start_port(d, ctx, &plain, info);
	rc = configure(d, ctx, o, info);
	if (rc == 0)
		rc = start_queues(d, ctx, o);
	if (rc < 0 && o->want_intr)
		return start_port(d, ctx, &plain, info);
	if (rc == 0 && o->want_intr)
		find_intr_fds(d);
	return rc;
}

int port_start(struct drv_dev *d, struct drv_ctx *ctx,
	       const struct port_opts *o)
{
	struct rte_eth_dev_info info;
	int rc = rte_eth_dev_info_get(d->port_id, &info);

	if (rc < 0)
		return drv_fail(ctx, rc, "does not describe itself");
	rc = start_port(d, ctx, o, &info);
	if (rc < 0)
		return rc;
	if (o->want_rss && ctx->nqueues > 1 && info.flow_type_rss_offloads)
		set_reta(d, &info);
	if (o->promisc)
		rte_eth_promiscuous_enable(d->port_id);
	rte_eth_macaddr_get(d->port_id, &d->info.mac);
	rte_eth_dev_get_mtu(d->port_id, &d->info.mtu);
	snprintf(d->info.driver, sizeof(d->info.driver), "%s",
		 info.driver_name);
	d->info.max_frame =
		(uint16_t)RTE_MIN((uint32_t)d->info.mtu + FRAME_EXTRA,
				  pool_room(ctx->rx_pool, ctx->nqueues));
	return 0;
}

int port_wait_link(struct drv_dev *d, unsigned timeout_ms)
{
	uint64_t end = monotonic_ns() + timeout_ms * NSEC_PER_MSEC;
	struct rte_eth_link link;

	for (;;) {
		memset(&link, 0, sizeof(link));
		if (rte_eth_link_get_nowait(d->port_id, &link) == 0 &&
		    link.link_status == RTE_ETH_LINK_UP)
			return 0;
		if (monotonic_ns() >= end)
			return -ETIMEDOUT;
		usleep(5000);
	}
}

uint16_t port_rx(struct drv_dev *d, uint16_t q, struct rte_mbuf **pkts,
		 uint16_t n)
{
	return rte_eth_rx_burst(d->port_id, q, pkts, n);
}

uint16_t port_tx(struct drv_dev *d, uint16_t q, struct rte_mbuf **pkts,
		 uint16_t n)
{
	return rte_eth_tx_burst(d->port_id, q, pkts, n);
}

/* One segment out of many, or NULL. The chain is freed either way. */
static struct rte_mbuf *linear(struct rte_mempool *pool, struct rte_mbuf *m)
{
	struct rte_mbuf *to = rte_pktmbuf_alloc(pool), *s;
	char *p;

	if (to && rte_pktmbuf_tailroom(to) < m->pkt_len) {
		rte_pktmbuf_free(to);
		to = NULL;
	}
	if (to) {
		p = rte_pktmbuf_append(to, (uint16_t)m->pkt_len);
		for (s = m; s; p += s->data_len, s = s->next)
			memcpy(p, rte_pktmbuf_mtod(s, char *), s->data_len);
		to->ol_flags = m->ol_flags & RTE_MBUF_F_TX_OFFLOAD_MASK;
		to->tx_offload = m->tx_offload;
		to->port = m->port;
	}
	rte_pktmbuf_free(m);
	return to;
}

uint16_t drv_linearise(struct rte_mempool *pool, struct rte_mbuf **pkts,
		       uint16_t n, uint16_t max_segs)
{
	uint16_t i, left = 0;

	for (i = 0; i < n; i++) {
		struct rte_mbuf *m = pkts[i];

		if (m->nb_segs > max_segs)
			m = linear(pool, m);
		if (m)
			pkts[left++] = m;
	}
	return left;
}

/* Where the PMD sends chains nothing is to do; else frames become linear,
 * and the PMD prepares pseudo-header sums for what it offloads. */
uint16_t port_prepare(struct drv_dev *d, uint16_t q, struct rte_mbuf **pkts,
		      uint16_t n)
{
	uint16_t left = n, ok;

	if (!(d->info.tx_offloads & RTE_ETH_TX_OFFLOAD_MULTI_SEGS))
		left = drv_linearise(d->queue[q].tx_pool, pkts, n, 1);
	if (!(d->info.tx_offloads & CSUM_OFFLOADS))
		return left;
	for (ok = 0; ok < left; left--) { /* each time without a bad one */
		ok += rte_eth_tx_prepare(d->port_id, q, pkts + ok, left - ok);
		if (likely(ok == left))
			break;
		rte_pktmbuf_free(pkts[ok]);
		memmove(&pkts[ok], &pkts[ok + 1],
			(left - ok - 1u) * sizeof(pkts[0]));
	}
	return ok;
}

void port_counters(const struct drv_dev *d, struct drv_counters *out)
{
	struct rte_eth_stats st = { 0 };

	if (d->port_id == RTE_MAX_ETHPORTS ||
	    rte_eth_stats_get(d->port_id, &st) < 0)
		return;
	out->rx_missed += st.imissed + st.ierrors;
	out->rx_nombuf += st.rx_nombuf;
	out->tx_errors += st.oerrors;
}
