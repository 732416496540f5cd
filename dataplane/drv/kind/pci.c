// SPDX-License-Identifier: MIT
/*
 * pci.c - a network card by its bus address
 *
 * A card that belongs to a kernel driver is bound to vfio-pci where there is
 * an IOMMU, and given back at the end. A card whose interface is up is left
 * alone: it may be the way to the machine.
 */
#include "drv/common/dev.h"
#include "drv/common/eal.h"
#include "drv/common/fail.h"
#include "drv/common/port.h"
#include "drv/common/spec.h"
#include "drv/kind/kinds.h"
#include "drv/kernel/lock.h"
#include "drv/kernel/pci_driver.h"
#include "drv/kernel/vfio.h"

#include <errno.h>
#include <rte_dev.h>
#include <rte_ethdev.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define CLASS_NETWORK 0x02
#define GIVE_BACK_MS 3000 /* the kernel's driver starts the card */

struct pci {
	char bdf[24];
	char driver[64]; /* of the kernel, "-": none */
};

static int take_over(struct drv_dev *d, struct drv_ctx *ctx,
		     const struct pci *p)
{
	char note[96], now[64], name[16];
	int rc;

	if (pci_is_up(p->bdf, name, sizeof(name)))
		return drv_fail(ctx, -EBUSY,
				"the kernel uses it as %s: ip "
				"link set %s down, if that is not your way in",
				name, name);
	if (!pci_has(p->bdf, "iommu_group"))
		return drv_fail(ctx, -ENODEV,
				"there is no IOMMU, vfio-pci "
				"cannot protect memory: boot with "
				"intel_iommu=on or amd_iommu=on");
	if (access(PCI_SYS "drivers/vfio-pci", F_OK) < 0)
		return drv_fail(ctx, -ENODEV,
				"no driver vfio-pci: "
				"modprobe vfio-pci");
	snprintf(note, sizeof(note), "%s %s", p->bdf, p->driver);
	lock_note(d, "pci", note);
	rc = pci_bind_to(p->bdf, "vfio-pci");
	pci_get_driver(p->bdf, now, sizeof(now));
	if (rc < 0 || strcmp(now, "vfio-pci") != 0)
		return drv_fail(ctx, rc < 0 ? rc : -EIO,
				"cannot be bound to vfio-pci: %s",
				rc < 0 ? strerror(-rc) : "no reason given");
	snprintf(d->undo_path, sizeof(d->undo_path), "%s", note);
	return 0;
}

static int identify(struct drv_ctx *ctx, struct pci *p)
{
	const char *name = ctx->args.name;

	snprintf(p->bdf, sizeof(p->bdf), "%s%.12s",
		 strlen(name) == 7 ? "0000:" : "", name);
	if (!spec_bdf(p->bdf) || strlen(name) > 12)
		return drv_fail(ctx, -EINVAL,
				"a bus address looks like "
				"0000:03:00.0 (lspci -D)");
	if (!pci_has(p->bdf, "class"))
		return drv_fail(ctx, -ENODEV,
				"there is no such device "
				"(lspci -D)");
	if (pci_get_class(p->bdf) != CLASS_NETWORK)
		return drv_fail(ctx, -ENODEV, "it is no network card");
	if (geteuid() != 0)
		return drv_fail(ctx, -EPERM, "a card needs root");
	pci_get_driver(p->bdf, p->driver, sizeof(p->driver));
	return 0;
}

static int start(struct drv_dev *d, struct drv_ctx *ctx, const struct pci *p)
{
	struct port_opts o = {
		.mtu = ctx->spec->mtu,
		.want_rss = 1,
		.want_intr = 1,
		.promisc = ctx->spec->has_mac,
	};
	int rc = rte_eal_hotplug_add("pci", p->bdf, ctx->args.opts);

	if (rc < 0)
		return drv_fail(ctx, rc, "DPDK has no driver for it, or: %s",
				*eal_last_log() ? eal_last_log() :
						  strerror(-rc));
	rc = rte_eth_dev_get_port_by_name(p->bdf, &d->port_id);
	if (rc < 0)
		return drv_fail(ctx, rc, "makes no port");
	rc = port_start(d, ctx, &o);
	if (rc == 0 && port_wait_link(d, ctx->timeout_ms) < 0)
		rc = drv_fail(ctx, -ENETDOWN,
			      "no link in %u ms: is a cable "
			      "plugged in?",
			      ctx->timeout_ms);
	if (rc < 0)
		port_destroy(d);
	return rc;
}

static void undo(const struct drv_dev *d)
{
	char bdf[16], driver[64];

	if (sscanf(d->undo_path, "%15s %63s", bdf, driver) == 2)
		pci_give_back(bdf, driver);
}

/*
 * The card has to stand still before its memory goes. The kernel takes it from
 * vfio-pci once nobody has it open or mapped: the owner, a fork of the process
 * that opened it, lets go of its own, but some process that never told us of
 * itself may still have it. So it is a child that does it all and may wait.
 */
static void pci_close(struct drv_dev *d)
{
	pid_t pid = d->opener == getpid() ? -1 : _Fork();
	int ms;

	if (pid < 0) {
		undo(d);
		return;
	}
	if (pid == 0) {
		rte_eth_dev_stop(d->port_id);
		rte_eth_dev_close(d->port_id);
		vfio_let_go();
		undo(d);
		_exit(0);
	}
	vfio_let_go();
	for (ms = 0; ms < GIVE_BACK_MS; ms += 5) {
		if (waitpid(pid, NULL, WNOHANG) != 0)
			break;
		usleep(5000);
	}
}

static int pci_open(struct drv_dev *d, struct drv_ctx *ctx)
{
	char key[32];
	struct pci p;
	int rc = identify(ctx, &p);

	if (rc < 0)
		return rc;
	snprintf(key, sizeof(key), "pci-%s", p.bdf);
	rc = lock_take_host(d, ctx, key);
	if (rc == 0 && !pci_for_user(p.driver))
		rc = take_over(d, ctx, &p);
	if (rc == 0)
		rc = start(d, ctx, &p);
	if (rc < 0)
		pci_close(d);
	return rc;
}

int drv_wants_pa(const char *text)
{
	struct drv_args a;
	char err[8], bdf[24];

	if (spec_parse(text, &a, err, sizeof(err)) < 0 ||
	    strcmp(a.kind, "pci") != 0)
		return 0;
	snprintf(bdf, sizeof(bdf), "%s%.12s",
		 strlen(a.name) == 7 ? "0000:" : "", a.name);
	return spec_bdf(bdf) && pci_has(bdf, "class") &&
	       !pci_has(bdf, "iommu_group");
}

const struct drv_ops drv_pci_ops = {
	.kind = "pci",
	.interrupts = 1,
	.open = pci_open,
	.close = pci_close,
	.rx = port_rx,
	.prepare = port_prepare,
	.tx = port_tx,
	.arm = port_arm,
	.disarm = port_disarm,
	.counters = port_counters,
};
