// SPDX-License-Identifier: MIT
/*
 * iface.c - an interface of the kernel that is there already: made fit, restored
 */
#include <bpf/libbpf.h>
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>

#include "drv/common/dev.h"
#include "drv/common/fail.h"
#include "drv/kernel/ethtool.h"
#include "drv/kernel/iface.h"
#include "drv/kernel/link.h"
#include "drv/kernel/lock.h"
#include "drv/kernel/unfilled.h"

static int key_of(char *out, size_t size, const char *ifn)
{
	return snprintf(out, size, "if-%s", ifn);
}

int drv_if_prepare(struct drv_dev *d, struct drv_ctx *ctx, const char *ifn)
{
	char key[64], note[64];
	uint32_t on = 0;
	int rc = link_is_up(ifn);

	if (strlen(ifn) == 0)
		return drv_fail(ctx, -EINVAL, "which interface? %s:NAME",
				ctx->args.kind);
	if (rc < 0)
		return drv_fail(ctx, rc, "there is no interface %s", ifn);
	if (rc == 0)
		return drv_fail(ctx, -ENETDOWN, "%s is down: ip link set %s up",
				ifn, ifn);
	key_of(key, sizeof(key), ifn);
	rc = lock_take(d, ctx, key);
	if (rc < 0)
		return rc;
	/* a merged segment would not fit into a frame */
	if (link_features(ifn, LINK_GRO | LINK_LRO, &on) == 0 && on) {
		snprintf(note, sizeof(note), "%s %x", ifn, on);
		lock_note(d, "features", note);
		if (link_set_features(ifn, on, 0) == 0)
			d->undo_features = on;
	}
	d->unfilled = !link_has_wire(ifn);
	if (ctx->spec->has_mac) {
		lock_note(d, "promisc", ifn);
		if (link_promisc(ifn, 1) == 0)
			d->undo_promisc = 1;
	}
	snprintf(d->undo_if, sizeof(d->undo_if), "%s", ifn);
	return 0;
}

void drv_if_restore(struct drv_dev *d)
{
	if (d->undo_features)
		link_set_features(d->undo_if, d->undo_features, 1);
	if (d->undo_xdp)
		bpf_xdp_detach((int)if_nametoindex(d->undo_if), 0, NULL);
	if (d->undo_promisc)
		link_promisc(d->undo_if, 0);
}
