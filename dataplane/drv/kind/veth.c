// SPDX-License-Identifier: MIT
/*
 * veth.c - a pair of our own: one end for the kernel, one for the stack
 *
 * The kernel must never answer on the stack's end. The stack therefore has a
 * MAC address of its own there, other than the interface's: to the kernel
 * its frames are somebody else's, while a packet socket and XDP see them.
 */
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>

#include "drv/common/dev.h"
#include "drv/common/fail.h"
#include "drv/common/port.h"
#include "drv/common/spec.h"
#include "drv/kind/af_packet.h"
#include "drv/kind/af_packet_reset.h"
#include "drv/kind/af_xdp.h"
#include "drv/kind/af_xdp_reset.h"
#include "drv/kind/kinds.h"
#include "drv/kernel/ethtool.h"
#include "drv/kernel/link.h"
#include "drv/kernel/lock.h"

#define AUTO_MAX 1000
#define VETH_MTU 1500

static void peer_name(char *out, const char *name)
{
	snprintf(out, LINK_NAME_MAX + 1, "%.14ss", name);
}

static int choose_name(struct drv_ctx *ctx, char *name)
{
	char peer[LINK_NAME_MAX + 1];
	unsigned i;

	if (strlen(ctx->args.name) > LINK_NAME_MAX - 1)
		return drv_fail(ctx, -ENAMETOOLONG,
				"a name has at most %d letters",
				LINK_NAME_MAX - 1);
	if (ctx->args.name[0]) {
		snprintf(name, LINK_NAME_MAX, "%s", ctx->args.name);
		return 0;
	}
	for (i = 0; i < AUTO_MAX; i++) {
		snprintf(name, LINK_NAME_MAX, "ix%u", i);
		peer_name(peer, name);
		if (!link_exists(name) && !link_exists(peer))
			return 0;
	}
	return drv_fail(ctx, -EEXIST, "no free name ix<N>; give one");
}

static int create(struct drv_dev *d, struct drv_ctx *ctx, const char *name,
		  const char *peer)
{
	struct link_veth v = {
		.name = name,
		.peer = peer,
		.mtu = ctx->spec->mtu ? ctx->spec->mtu : VETH_MTU,
		.queues = ctx->nqueues,
	};
	char note[64];
	int rc;

	if (link_exists(name) || link_exists(peer))
		return drv_fail(ctx, -EEXIST,
				"%s exists already: use af_packet:%s, another "
				"name, or ip link del %s",
				link_exists(name) ? name : peer, name, name);
	rc = link_veth_create(&v);
	if (rc == -EPERM)
		return drv_fail(ctx, rc,
				"a veth needs CAP_NET_ADMIN: run as "
				"root, or use memif");
	if (rc == -EINVAL || rc == -ERANGE)
		return drv_fail(ctx, rc,
				"the kernel refuses the name or MTU "
				"%u",
				v.mtu);
	if (rc < 0)
		return drv_fail(ctx, rc, "no veth pair: %s", strerror(-rc));
	snprintf(note, sizeof(note), "%s %u", name, if_nametoindex(name));
	lock_note(d, "veth", note);
	return 0;
}

/* Frames must be whole: no checksum left open, nothing merged. */
static int set_up(struct drv_ctx *ctx, const char *name, const char *peer)
{
	const struct drv_spec *s = ctx->spec;
	int rc;

	link_mute(peer);
	rc = link_set_features(name, LINK_ALL & ~LINK_RX_CSUM, 0);
	if (rc == 0)
		rc = link_set_features(peer, LINK_ALL & ~LINK_RX_CSUM, 0);
	if (rc < 0)
		return drv_fail(ctx, rc, "offloads cannot be switched off: %s",
				strerror(-rc));
	if (s->kernel_prefix)
		rc = link_add_ip4(name, s->kernel_ip, s->kernel_prefix);
	if (rc < 0)
		return drv_fail(ctx, rc, "no address for %s: %s", name,
				strerror(-rc));
	rc = link_up(peer);
	if (rc == 0)
		rc = link_up(name);
	if (rc < 0)
		return drv_fail(ctx, rc, "%s does not come up: %s", name,
				strerror(-rc));
	return 0;
}

/* af_xdp where it works, else af_packet. */
static int attach(struct drv_dev *d, struct drv_ctx *ctx, const char *peer)
{
	char want[16] = "";

	if (spec_opt(ctx->args.opts, "driver", want, sizeof(want)) < 0 ||
	    (*want && strcmp(want, "af_xdp") && strcmp(want, "af_packet")))
		return drv_fail(ctx, -EINVAL, "driver= is af_xdp or af_packet");
	if (strcmp(want, "af_packet") != 0) {
		int rc = af_xdp_attach(d, ctx, peer);

		if (rc == 0 || *want)
			return rc;
	}
	return af_packet_attach(d, ctx, peer);
}

static void veth_close(struct drv_dev *d)
{
	if (d->undo_if[0])
		link_delete(d->undo_if);
}

static int veth_open(struct drv_dev *d, struct drv_ctx *ctx)
{
	static const char *const keys[] = { "driver", NULL };
	char name[LINK_NAME_MAX + 1], peer[LINK_NAME_MAX + 1], key[64];
	int rc;

	if (spec_only(ctx->args.opts, keys, key, sizeof(key)) < 0)
		return drv_fail(ctx, -EINVAL, "unknown option %s", key);
	rc = choose_name(ctx, name);
	if (rc < 0)
		return rc;
	peer_name(peer, name);
	snprintf(key, sizeof(key), "if-%s", name);
	rc = lock_take(d, ctx, key);
	if (rc == 0)
		rc = create(d, ctx, name, peer);
	if (rc < 0)
		return rc;
	d->own_if = 1;
	snprintf(d->undo_if, sizeof(d->undo_if), "%s", name);
	rc = set_up(ctx, name, peer);
	if (rc == 0)
		rc = attach(d, ctx, peer);
	if (rc < 0) {
		veth_close(d);
		return rc;
	}
	snprintf(d->info.kernel_if, sizeof(d->info.kernel_if), "%s", name);
	rte_eth_random_addr(d->info.mac.addr_bytes);
	return 0;
}

/* Which PMD it is shows in the queue: af_xdp has a umem. */
static uint16_t veth_rx(struct drv_dev *d, uint16_t q, struct rte_mbuf **pkts,
			uint16_t n)
{
	return d->queue[q].umem_pool ? af_xdp_rx(d, q, pkts, n) :
				       af_packet_rx(d, q, pkts, n);
}

static uint16_t veth_prepare(struct drv_dev *d, uint16_t q,
			     struct rte_mbuf **pkts, uint16_t n)
{
	return d->queue[q].umem_pool ? af_xdp_prepare(d, q, pkts, n) :
				       port_prepare(d, q, pkts, n);
}

static void veth_counters(const struct drv_dev *d, struct drv_counters *out)
{
	if (d->queue[0].umem_pool)
		port_counters(d, out);
	else
		af_packet_counters(d, out);
}

static int veth_reset(struct drv_dev *d, uint16_t q)
{
	return d->queue[q].umem_pool ? af_xdp_reset(d, q) :
				       af_packet_reset(d, q);
}

const struct drv_ops drv_veth_ops = {
	.kind = "veth",
	.open = veth_open,
	.close = veth_close,
	.rx = veth_rx,
	.prepare = veth_prepare,
	.tx = port_tx,
	.reset = veth_reset,
	.counters = veth_counters,
};
