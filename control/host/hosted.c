// SPDX-License-Identifier: MIT
/*
 * hosted.c - the gate in protected mode: system calls of ring 3
 *
 * Trust: number and arguments come from the program and are hostile; so is
 * the memory that they name, which is copied through uaccess or lies in the
 * arena that ring 3 shares with libix and can neither unmap nor move.
 */
#include <errno.h>
#include <string.h>
#include <sys/eventfd.h>

#include "control/host/hosted.h"
#include "control/host/instance/instance.h"
#include "control/host/instance/procs.h"
#include "control/host/owner/keeper.h"
#include "ix/abi.h"
#include "mem/uaccess.h"

_Static_assert(IX_GATE == DUNE_GATE && IX_GATE_MAX <= DUNE_GATE_MAX, "gate");
_Static_assert(sizeof(struct ix_fixup) == sizeof(struct dune_fixup),
	       "one layout");

#define PACKET_REGIONS (2 * IX_MAX_ETHREADS)
#define FDS_MAX (IX_MAX_WAKES + (IX_MAX_DEVS + 1) * IX_MAX_ETHREADS + 7)

/* Constant after hosted_describe(); forks inherit it. */
static struct dune_region regions[1 + PACKET_REGIONS];
static struct dune_fd fds[FDS_MAX];

/* struct ix_boot_args of the program: only the version counts. Not inlined: the
 * gate's frame on every call would be of its size. */
static __attribute__((noinline)) long boot(uint64_t args, uint64_t out)
{
	const struct instance *in = instance_self();
	struct ix_booted booted = { .info = in->core.net.info, .fds = in->fds };
	uint32_t abi;

	if (uaccess_get(&abi, args, sizeof(abi)) < 0)
		return -EFAULT;
	if (abi != IX_ABI_VERSION)
		return -EPROTO;
	return uaccess_put(out, &booted, sizeof(booted));
}

static long gate(unsigned nr, const uint64_t a[6])
{
	switch (nr) {
	case IX_GATE_BOOT:
		return boot(a[0], a[1]);
#define G0(up, low)        \
	case IX_GATE_##up: \
		return ix_dp.low();
#define G1(up, low, t1, b) \
	case IX_GATE_##up: \
		return ix_dp.low((t1)a[0]);
#define G2(up, low, t1, b, t2, c) \
	case IX_GATE_##up:        \
		return ix_dp.low((t1)a[0], (t2)a[1]);
#define G3(up, low, t1, b, t2, c, t3, d) \
	case IX_GATE_##up:               \
		return ix_dp.low((t1)a[0], (t2)a[1], (t3)a[2]);
		IX_GATE_CALLS(G0, G1, G2, G3)
	default:
		return -ENOPROTOOPT;
	}
}

/* The parent may end before the child has said that it is there. */
static void forked(pid_t child)
{
	struct instance *in = instance_self();

	procs_add(in, (uint32_t)child);
	eventfd_write(in->core.owner_wake_fd, 1);
}

static unsigned describe_regions(const struct instance *in)
{
	unsigned n = 0, i;

	regions[n++] = (struct dune_region){ .base = in->app_arena.base,
					     .size = in->app_arena.size,
					     .writable = true };
	for (i = 0; i < PACKET_REGIONS; i++)
		if (in->packets[i].base)
			regions[n++] = (struct dune_region){
				.base = in->packets[i].base,
				.size = in->packets[i].size
			};
	return n;
}

/* The other end of the relay's pair is open in the keeper alone. */
static unsigned describe_fds(const struct instance *in, bool keeper)
{
	const struct ix_fds *own = &in->fds;
	unsigned n = 0, i, d;
	int fd;

	for (i = 0; i < own->nwake; i++)
		fds[n++] = (struct dune_fd){ own->wake[i],
					     DUNE_FD_POLL | DUNE_FD_RW };
	fds[n++] = (struct dune_fd){ own->owner_wake, DUNE_FD_RW };
	fds[n++] = (struct dune_fd){ own->call, DUNE_FD_POLL | DUNE_FD_RW };
	fds[n++] = (struct dune_fd){ own->call_all, DUNE_FD_POLL | DUNE_FD_RW };
	fds[n++] = (struct dune_fd){ own->placeholder[0], DUNE_FD_DUP };
	fds[n++] = (struct dune_fd){ own->placeholder[1], DUNE_FD_DUP };
	fds[n++] = (struct dune_fd){ own->relay[0], DUNE_FD_RW };
	if (keeper)
		fds[n++] = (struct dune_fd){ own->relay[1],
					     DUNE_FD_POLL | DUNE_FD_RW };
	for (d = 0; d < in->core.ndevs; d++) {
		for (i = 0; i < drv_info(in->core.dev[d])->nqueues; i++) {
			fd = drv_fd(in->core.dev[d], (uint16_t)i);
			if (fd >= 0)
				fds[n++] = (struct dune_fd){ fd, DUNE_FD_POLL };
		}
	}
	for (i = 0; i < in->core.nethreads; i++)
		if (in->core.et[i]->inbox_fd >= 0)
			fds[n++] = (struct dune_fd){ in->core.et[i]->inbox_fd,
						     DUNE_FD_POLL };
	return n;
}

static void describe(struct dune_config *out, bool keeper)
{
	const struct instance *in = instance_self();
	uint64_t arena = (uint64_t)(uintptr_t)in->app_arena.base;
	size_t nfixups;

	memset(out, 0, sizeof(*out));
	out->gate = gate;
	out->forked = forked;
	out->ready = keeper ? keeper_ready : NULL;
	out->regions = regions;
	out->nregions = describe_regions(in);
	out->fds = fds;
	out->nfds = describe_fds(in, keeper);
	out->hidden_fd_min = in->fds.hidden_min;
	out->fixups = (const struct dune_fixup *)uaccess_fixups(&nfixups);
	out->nfixups = (unsigned)nfixups;
	lease_distrust_descriptors();
	uaccess_window[0] =
		(struct uaccess_window){ arena, arena + in->app_arena.size };
	uaccess_window[1] =
		(struct uaccess_window){ DUNE_WINDOW_BASE, DUNE_WINDOW_END };
	uaccess_window[2] =
		(struct uaccess_window){ DUNE_LOW_BASE, DUNE_LOW_END };
}

__attribute__((visibility("default"))) const struct ix_hosted ix_hosted = {
	.describe = describe,
};
