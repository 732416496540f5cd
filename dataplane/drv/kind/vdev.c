// SPDX-License-Identifier: MIT
/*
 * vdev.c - any virtual device that DPDK can name: vdev:net_ring0,...
 */
#include <ctype.h>
#include <errno.h>
#include <rte_bus_vdev.h>
#include <rte_ethdev.h>
#include <stdio.h>
#include <string.h>

#include "drv/common/dev.h"
#include "drv/common/eal.h"
#include "drv/common/fail.h"
#include "drv/common/port.h"
#include "drv/kind/kinds.h"

/* vdev:replay: linked in where instructions are counted (bench/replay). */
extern const struct drv_ops drv_replay_ops __attribute__((weak));

static int vdev_open(struct drv_dev *d, struct drv_ctx *ctx)
{
	struct port_opts o = { .mtu = ctx->spec->mtu, .want_rss = 1 };
	char name[RTE_DEV_NAME_MAX_LEN];
	size_t len = strcspn(ctx->args.name, ",");
	const char *args = ctx->args.name + len;
	int rc;

	if (&drv_replay_ops && len == 6 &&
	    strncmp(ctx->args.name, "replay", len) == 0) {
		d->ops = &drv_replay_ops;
		return d->ops->open(d, ctx);
	}
	if (len == 0 || len >= sizeof(name))
		return drv_fail(ctx, -EINVAL,
				"give a DPDK device: vdev:net_ring0");
	snprintf(name, sizeof(name), "%.*s", (int)len, ctx->args.name);
	rc = rte_vdev_init(name, *args ? args + 1 : NULL);
	if (rc < 0)
		return drv_fail(ctx, -ENODEV,
				"%s does not start, or DPDK does not know "
				"it: %s",
				name, eal_last_log());
	rc = rte_eth_dev_get_port_by_name(name, &d->port_id);
	if (rc < 0) {
		rte_vdev_uninit(name);
		return drv_fail(ctx, rc, "%s makes no port", name);
	}
	rc = port_start(d, ctx, &o);
	if (rc < 0)
		port_destroy(d);
	return rc;
}

const struct drv_ops drv_vdev_ops = {
	.kind = "vdev",
	.interrupts = 1,
	.open = vdev_open,
	.rx = port_rx,
	.prepare = port_prepare,
	.tx = port_tx,
	.counters = port_counters,
};
