// SPDX-License-Identifier: MIT
/*
 * boot_stack.c - devices, and the protocol state of each elastic thread
 */
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <unistd.h>

#include "control/host/boot/boot_fail.h"
#include "control/host/boot/boot_run.h"
#include "control/host/boot/boot_stack.h"
#include "control/host/boot/step.h"
#include "net/flow/flow.h"
#include "net/neigh/arp_input.h"
#include "net/neigh/neigh_table.h"

#define LINK_TIMEOUT_MS 10000
#define CONNS_MAX (1u << 20)
#define CONNS_MIN 1024
#define CONN_BYTES 2048 /* arena planned for one connection */
#define LISTENERS 65536
#define PAGE 4096
#define UDP_PORTS 65536

/* With a queue for each elastic thread where the device can, else with one,
 * whose elastic thread sends and receives for the others too. */
static int open_device(struct boot *b, uint32_t i)
{
	uint16_t queues = (uint16_t)b->cfg.threads;
	int rc;

	for (;; queues = 1) {
		rc = drv_open(&b->arena, &b->spec[i], queues, b->rx_pool,
			      b->tx_pool, LINK_TIMEOUT_MS, &b->in->core.dev[i],
			      b->args->err, b->args->err_size);
		if ((rc != -EINVAL && rc != -ENOTSUP) || queues == 1)
			return rc;
	}
}

int boot_devices(struct boot *b)
{
	struct core *core = &b->in->core;
	int interrupts = 0;
	uint32_t i;
	int rc;

	/* a memif waits for its peer, which may be about to start too; a
	 * device has a lock of its own */
	boot_run_pause(b);
	for (i = 0; i < b->cfg.ndevs; i++) {
		rc = open_device(b, i);
		if (rc < 0) {
			boot_devices_undo(b);
			return rc;
		}
		interrupts |= drv_needs_interrupts(core->dev[i]);
		core->ndevs++;
	}
	rc = boot_run_relock(b);
	if (rc == 0 && !interrupts)
		rc = drv_eal_end_interrupts();
	if (rc < 0)
		boot_devices_undo(b);
	return rc;
}

void boot_devices_undo(struct boot *b)
{
	struct core *core = &b->in->core;

	while (core->ndevs)
		drv_close(core->dev[--core->ndevs]);
}

_Static_assert(DRV_CKSUM_IPV4 == NET_CKSUM_IPV4 &&
		       DRV_CKSUM_TCP == NET_CKSUM_TCP &&
		       DRV_CKSUM_UDP == NET_CKSUM_UDP,
	       "bits of tx_cksum");

static void share_devices(struct core *core)
{
	const struct drv_info *info;
	uint32_t i;

	core->net.ndevs = core->ndevs;
	for (i = 0; i < core->ndevs; i++) {
		info = drv_info(core->dev[i]);
		core->net.dev[i].mac = info->mac;
		core->net.dev[i].mtu = info->mtu;
		core->net.dev[i].tx_cksum = info->tx_cksum;
		core->net.dev[i].tso_max = info->tso_max;
	}
}

/* The interface that a device is of, or whose other end it is. */
static uint32_t kernel_index(const struct drv_info *d)
{
	const char *of = strchr(d->name, ':');
	char name[IF_NAMESIZE] = "";

	if (*d->kernel_if)
		return if_nametoindex(d->kernel_if);
	if (!of || strcspn(of + 1, ",") >= sizeof(name))
		return 0;
	memcpy(name, of + 1, strcspn(of + 1, ","));
	return if_nametoindex(name);
}

static void share_info(struct boot *b)
{
	struct ix_info *info = &b->in->core.net.info;
	const struct ix_config *c = &b->cfg;
	uint32_t i;

	info->nethreads = c->threads;
	info->naddrs = c->nips;
	for (i = 0; i < c->nips; i++) {
		info->addrs[i].ip = c->ip[i].ip;
		info->addrs[i].prefix = c->ip[i].prefix;
		info->addrs[i].dev = b->addr_dev[i];
	}
	for (i = 0; i < b->in->core.ndevs; i++)
		info->dev_if[i] = kernel_index(drv_info(b->in->core.dev[i]));
	info->loopback = c->loopback;
	info->no_kernel_listen = c->no_kernel_listen;
	info->idle_us = c->idle_us < 0 ? UINT32_MAX : (uint32_t)c->idle_us;
}

static int share_secrets(struct net_shared *sh)
{
	/* what devices use unless told otherwise (Microsoft's RSS key) */
	static const uint8_t toeplitz[] = {
		0x6d, 0x5a, 0x56, 0xda, 0x25, 0x5b, 0x0e, 0xc2, 0x41, 0x67,
		0x25, 0x3d, 0x43, 0xa3, 0x8f, 0xb0, 0xd0, 0xca, 0x2b, 0xcb,
		0xae, 0x7b, 0x30, 0xb4, 0x77, 0xcb, 0x2d, 0xa3, 0x80, 0x30,
		0xf2, 0x0c, 0x6a, 0x42, 0xb7, 0x3b, 0xbe, 0xac, 0x01, 0xfa
	};

	memcpy(sh->hash_key, toeplitz, sizeof(sh->hash_key));
	if (getrandom(sh->isn_key, sizeof(sh->isn_key), 0) !=
	    sizeof(sh->isn_key))
		return -EIO;
	return 0;
}

static int share_qsbr(struct boot *b)
{
	uint32_t n = b->cfg.threads, i;
	size_t size = rte_rcu_qsbr_get_memsize(n);
	struct rte_rcu_qsbr *v =
		arena_alloc(&b->arena, size, RTE_CACHE_LINE_SIZE);

	if (!v)
		return -ENOMEM;
	if (rte_rcu_qsbr_init(v, n) != 0)
		return -EINVAL;
	for (i = 0; i < n; i++)
		rte_rcu_qsbr_thread_register(v, i);
	b->in->core.net.qsbr = v;
	return 0;
}

static int add_neighbours(struct boot *b)
{
	struct net_shared *sh = &b->in->core.net;
	struct rte_ether_addr mac;
	uint32_t i, dev;
	int rc;

	for (i = 0; i < b->cfg.narp; i++) {
		if (!addr_is_v4(&b->cfg.arp[i].ip))
			continue;
		memcpy(mac.addr_bytes, b->cfg.arp[i].mac, sizeof(mac));
		for (dev = 0; dev < sh->ndevs; dev++) {
			rc = neigh_add_permanent(sh, (uint16_t)dev,
						 &b->cfg.arp[i].ip, &mac);
			if (rc < 0)
				return boot_fail(b, rc,
						 "the %u-th --arp does not "
						 "fit: %s",
						 i + 1, strerror(-rc));
		}
	}
	return 0;
}

/* As many as the arena has room for. */
static struct net_limits limits(const struct boot *b)
{
	uint64_t room = (b->arena.size - flow_arena_size(b->cfg.threads)) /
			CONN_BYTES / b->cfg.threads;
	struct net_limits lim = { CONNS_MAX, LISTENERS, UDP_PORTS };

	if (room < lim.max_conns)
		lim.max_conns = (uint32_t)room;
	if (lim.max_conns < CONNS_MIN)
		lim.max_conns = CONNS_MIN;
	if (b->arena.size < 4ull << 30) {
		lim.max_listeners /= 16;
		lim.max_udp /= 4;
	}
	if (b->arena.size < 1ull << 30) {
		lim.max_listeners /= 16;
		lim.max_udp /= 16;
	}
	return lim;
}

static uint64_t measure_tsc(const struct boot *b)
{
	uint64_t tsc, ns;

	if (!clock_tsc_usable() || !clock_pair(&tsc, &ns))
		return 0;
	return clock_slope(b->tsc0, b->ns0, tsc, ns);
}

/* What it sleeps on while others may hand over to it. */
static int make_inbox(struct boot *b, struct ethread *et)
{
	int low = -1;

	et->inbox_fd = -1;
	if (b->cfg.threads < 2)
		return 0;
	low = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (low >= 0)
		et->inbox_fd = fcntl(low, F_DUPFD_CLOEXEC, b->fd_base);
	if (low >= 0)
		close(low);
	return et->inbox_fd < 0 ? -errno : 0;
}

/* The queues of each device, in turn where there are fewer than ethreads. */
static void choose_queues(struct ethread *et)
{
	const struct core *core = et->core;
	uint32_t i;

	for (i = 0; i < core->ndevs; i++)
		et->queue[i] =
			(uint8_t)(et->id % drv_info(core->dev[i])->nqueues);
}

/* As many flow groups as a card that spreads flows itself has. */
static uint32_t groups(const struct core *core)
{
	uint32_t i;

	for (i = 0; i < core->ndevs; i++)
		if (drv_info(core->dev[i])->rss)
			return drv_info(core->dev[i])->reta_size;
	return 0;
}

/* In a guest ring 0 has one. Forks of the program share it as they share the
 * lease: a page below it is nobody's. */
static int make_stack(struct boot *b, struct ethread *et)
{
	char *p;

	if (b->args->flags & IX_BOOT_PROTECTED)
		return 0;
	p = arena_alloc(&b->arena, ETHREAD_STACK, PAGE);
	if (!p)
		return -ENOMEM;
	if (mprotect(p, PAGE, PROT_NONE) < 0)
		return -errno;
	et->stack_top = p + ETHREAD_STACK;
	return 0;
}

static int make_ethread(struct boot *b, uint32_t id, uint64_t mult)
{
	struct core *core = &b->in->core;
	struct net_limits lim = limits(b);
	struct ethread *et = arena_alloc(&b->arena, sizeof(*et), 4096);
	uint64_t seed;
	int rc;

	if (!et || getrandom(&seed, sizeof(seed), 0) != sizeof(seed))
		return -ENOMEM;
	et->id = id;
	et->core = core;
	et->rx_pool = b->rx_pool[id];
	et->tx_pool = b->tx_pool[id];
	clock_init(&et->clock, mult);
	core->et[id] = et;
	choose_queues(et);
	rc = make_inbox(b, et);
	if (rc == 0)
		rc = make_stack(b, et);
	if (rc < 0)
		return rc;
	return net_init(&et->net, &core->net, id, &b->arena, &lim, et->tx_pool,
			et->clock.last_ns, seed);
}

static int make_ethreads(struct boot *b)
{
	uint64_t mult = measure_tsc(b);
	uint32_t i;
	int rc = flow_init(&b->in->core.net, &b->arena, b->cfg.threads,
			   groups(&b->in->core));

	for (i = 0; i < b->cfg.threads && rc == 0; i++)
		rc = make_ethread(b, i, mult);
	return rc;
}

int boot_stack(struct boot *b)
{
	int rc;

	share_devices(&b->in->core);
	share_info(b);
	rc = share_secrets(&b->in->core.net);
	if (rc == 0)
		rc = share_qsbr(b);
	if (rc == 0)
		rc = make_ethreads(b);
	if (rc == 0)
		rc = add_neighbours(b);
	b->in->arena = b->arena;
	if (rc == -ENOMEM)
		boot_fail(b, rc, "not enough shared memory for the stack");
	return rc;
}

/* Links are up and addresses known: say so to the neighbours. */
static void announce(struct ethread *et)
{
	uint64_t tsc;

	if (ethread_take(et, LEASE_FOREVER) < 0)
		return;
	et->net.now = clock_now(&et->clock, &tsc);
	arp_announce(&et->net);
	ethread_flush(et);
	ethread_leave(et);
}

int boot_capture(struct boot *b)
{
	int rc = 0;

	if (b->cfg.pcap[0])
		rc = pcap_open(&b->in->core.pcap, b->cfg.pcap, b->fd_base);
	if (rc < 0)
		return boot_fail(b, rc, "cannot write %s: %s", b->cfg.pcap,
				 strerror(-rc));
	announce(b->in->core.et[0]);
	return 0;
}
