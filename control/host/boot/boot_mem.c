// SPDX-License-Identifier: MIT
/*
 * boot_mem.c - memory of an instance: DPDK's, the arenas, the packet pools
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "control/host/boot/boot_fail.h"
#include "control/host/boot/boot_mem.h"
#include "control/host/boot/step.h"

#define ARENA_BYTES (8ull << 30) /* sparse: only what is touched counts */
#define ARENA_MIN (64ull << 20)
#define APP_ARENA_BYTES (16ull << 30)
#define APP_ARENA_MIN (64ull << 20)

#define MEM_MB_BASE 32 /* EAL and devices */
#define MEM_MB_THREAD 96

#define RX_MBUFS 16383
#define TX_MBUFS 8191
#define RX_MBUFS_SMALL 8191 /* without hugepages */
#define TX_MBUFS_SMALL 4095
#define MTU_STANDARD 1500
#define L2_ROOM 64 /* Ethernet, VLAN, alignment */

int boot_eal(struct boot *b)
{
	struct drv_eal_opts o = {
		.mem_mb = MEM_MB_BASE + MEM_MB_THREAD * b->cfg.threads,
		.fd_base = b->fd_base,
	};

	return drv_eal_init(&o, b->args->err, b->args->err_size);
}

/* As large as the address space allows, down to min. */
static int make_arena(struct boot *b, struct arena *a, const char *name,
		      uint64_t size, uint64_t min)
{
	int rc;

	for (; size >= min; size /= 2) {
		rc = arena_create(a, name, size);
		if (rc != -ENOMEM && rc != -EFBIG)
			break;
	}
	if (rc < 0)
		return boot_fail(b, rc,
				 "cannot map %llu MB of shared memory: %s; "
				 "raise the address space limit (ulimit -v)",
				 (unsigned long long)(min >> 20),
				 strerror(-rc));
	return 0;
}

int boot_memory(struct boot *b)
{
	struct instance *in;
	int rc = make_arena(b, &b->arena, "ix-dataplane", ARENA_BYTES,
			    ARENA_MIN);

	if (rc == 0)
		rc = make_arena(b, &b->app_arena, "ix-app", APP_ARENA_BYTES,
				APP_ARENA_MIN);
	if (rc < 0) {
		arena_destroy(&b->arena);
		return rc;
	}
	in = arena_alloc(&b->arena, sizeof(*in), 4096);
	in->cfg = b->cfg;
	in->core.nethreads = b->cfg.threads;
	in->core.batch = b->cfg.batch;
	in->core.pcap.fd = -1;
	in->app_arena = b->app_arena;
	in->core.net.info.app_base = b->app_arena.base;
	in->core.net.info.app_size = b->app_arena.size;
	b->in = in;
	return 0;
}

void boot_memory_undo(struct boot *b)
{
	arena_destroy(&b->app_arena);
	arena_destroy(&b->arena);
	b->in = NULL;
}

static int make_pool(struct boot *b, const char *kind, uint32_t id,
		     uint32_t count, struct pool *out)
{
	uint32_t room = 0;
	char name[16];
	struct pool_spec spec = { .name = name, .count = count };

	if (b->cfg.mtu > MTU_STANDARD)
		room = RTE_PKTMBUF_HEADROOM + b->cfg.mtu + L2_ROOM;
	spec.room = (uint16_t)RTE_ALIGN_CEIL(room, 64u);
	spec.socket = b->cfg.ncpus > id ?
			      pool_socket_of_cpu((int)b->cfg.cpu[id]) :
			      SOCKET_ID_ANY;
	snprintf(name, sizeof(name), "ix_%s%u", kind, id);
	return pool_create(&spec, out);
}

int boot_pools(struct boot *b)
{
	unsigned rx = drv_eal_huge() ? RX_MBUFS : RX_MBUFS_SMALL;
	unsigned tx = drv_eal_huge() ? TX_MBUFS : TX_MBUFS_SMALL;
	uint32_t i;
	int rc = 0;

	for (i = 0; i < b->cfg.threads && rc == 0; i++) {
		rc = make_pool(b, "rx", i, rx, &b->pool[0][i]);
		if (rc == 0)
			rc = make_pool(b, "tx", i, tx, &b->pool[1][i]);
		b->in->packets[2 * i].base = b->pool[0][i].data;
		b->in->packets[2 * i].size = b->pool[0][i].data_size;
		b->in->packets[2 * i + 1].base = b->pool[1][i].data;
		b->in->packets[2 * i + 1].size = b->pool[1][i].data_size;
		b->rx_pool[i] = b->pool[0][i].mp;
		b->tx_pool[i] = b->pool[1][i].mp;
	}
	if (rc == 0)
		return 0;
	boot_pools_undo(b);
	return boot_fail(b, rc,
			 "not enough memory for the packets of %u elastic "
			 "threads: reserve hugepages (sysctl vm.nr_hugepages)",
			 b->cfg.threads);
}

/* After the devices: VFIO wants to write wherever there is memory. */
int boot_fences(struct boot *b)
{
	uint32_t i;

	for (i = 0; i < b->cfg.threads; i++) {
		pool_fence(&b->pool[0][i]);
		pool_fence(&b->pool[1][i]);
	}
	return 0;
}

void boot_pools_undo(struct boot *b)
{
	uint32_t i;

	for (i = 0; i < IX_MAX_ETHREADS; i++) {
		pool_destroy(&b->pool[0][i]);
		pool_destroy(&b->pool[1][i]);
	}
}
