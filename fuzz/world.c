// SPDX-License-Identifier: MIT
/*
 * world.c - an instance in one process
 *
 * Its memory is made once; world_fresh() maps it anew, copy on write, at the
 * same address. Instead of drv/, core/clock.c and core/lease.c there are the
 * functions below.
 */
#include "fuzz/world.h"

#include <errno.h>
#include <fcntl.h>
#include <rte_eal.h>
#include <rte_lcore.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

#include "drv/test/played.h"
#include "fuzz/input.h"
#include "mem/pools.h"
#include "mem/uaccess.h"
#include "net/flow/flow.h"
#include "net/neigh/neigh_table.h"
#include "net/tcp/tcp.h"

#define ARENA (1u << 26)
/* Addresses are the same in each run: inputs may be made of them. */
#define ARENA_BASE ((void *)0x200000000000)
#define PROG_BASE ((void *)0x210000000000)
#define HEAP_BASE ((void *)0x220000000000)
#define LCORE 77 /* of whoever does not drive */
#define QUEUE 64
#define MBUFS 511
#define START_NS UINT64_C(1000000000000)

struct world world;

static int memory_fd;
static struct arena arena;
static struct pool rx_pool[WORLD_THREADS], tx_pool[WORLD_THREADS];
static int inbox_fd[WORLD_THREADS];
static struct {
	uint8_t data[WORLD_FRAME];
	unsigned len;
} queue[WORLD_THREADS][QUEUE];
static unsigned queued[WORLD_THREADS];

/*
 * The device
 */
void world_frame(unsigned q, const void *data, unsigned len)
{
	if (queued[q] == QUEUE || len > WORLD_FRAME)
		return;
	memcpy(queue[q][queued[q]].data, data, len);
	queue[q][queued[q]++].len = len;
}

unsigned world_waiting(unsigned q)
{
	return queued[q];
}

static struct rte_mbuf *receive(unsigned q, unsigned i)
{
	struct rte_mbuf *m = rte_pktmbuf_alloc(rx_pool[q].mp);
	char *to = m ? rte_pktmbuf_append(m, (uint16_t)queue[q][i].len) : NULL;

	if (!to) {
		rte_pktmbuf_free(m);
		return NULL;
	}
	memcpy(to, queue[q][i].data, queue[q][i].len);
	m->port = 0;
	return m;
}

uint16_t drv_rx(struct drv_dev *d, uint16_t q, uint8_t port,
		struct rte_mbuf **pkts, uint16_t n)
{
	uint16_t k = 0;
	unsigned i;

	(void)d;
	(void)port;
	for (i = 0; i < queued[q] && k < n; i++) {
		pkts[k] = receive(q, i);
		k += pkts[k] != NULL;
	}
	queued[q] -= i;
	memmove(queue[q], queue[q] + i, queued[q] * sizeof(queue[q][0]));
	return k;
}

/* A frame that goes out is one packet, not longer than the link takes. */
static void check_sent(const struct rte_mbuf *m)
{
	const struct rte_mbuf *s;
	uint32_t bytes = 0, segs = 0;

	for (s = m; s; s = s->next, segs++)
		bytes += s->data_len;
	MUST(bytes == m->pkt_len);
	MUST(segs == m->nb_segs);
	MUST(bytes >= sizeof(struct rte_ether_hdr));
	MUST(bytes <= WORLD_MTU + sizeof(struct rte_ether_hdr));
}

uint16_t drv_tx(struct drv_dev *d, uint16_t q, struct rte_mbuf **pkts,
		uint16_t n)
{
	uint16_t i;

	(void)d;
	for (i = 0; i < n; i++) {
		check_sent(pkts[i]);
		if (world.sent)
			world.sent(q, pkts[i]);
	}
	world.frames += n;
	rte_pktmbuf_free_bulk(pkts, n);
	return 0;
}

int drv_arm(struct drv_dev *d, uint16_t q)
{
	(void)d;
	return queued[q] != 0;
}

const struct drv_info *drv_info(const struct drv_dev *d)
{
	static const struct drv_info info = { .interrupt = 1,
					      .nqueues = WORLD_THREADS };

	(void)d;
	return &info;
}

void drv_set_lcore(unsigned id)
{
	RTE_PER_LCORE(_lcore_id) = id;
}

unsigned drv_get_lcore(void)
{
	return rte_lcore_id();
}

int drv_reset_queue(struct drv_dev *d, uint16_t q)
{
	(void)d;
	queued[q] = 0;
	return 0;
}

/*
 * The clock: stands still unless it is told
 */
uint64_t clock_kernel_ns(void)
{
	return world.now;
}

uint64_t clock_resync(struct clock *c)
{
	if (world.now > c->last_ns)
		c->last_ns = world.now;
	return c->last_ns;
}

void clock_init(struct clock *c, uint64_t mult)
{
	memset(c, 0, sizeof(*c));
	c->mult0 = mult;
	clock_resync(c);
}

/*
 * The lease: one thread runs at a time, those before it are dead
 */
uint32_t lease_tid(void)
{
	return world.tid;
}

bool lease_holder_dead(uint32_t tid)
{
	return tid < world.tid;
}

int lease_reap(struct lease *l, uint32_t tid)
{
	uint32_t holder = lease_holder(l);

	if (!holder || !lease_holder_dead(holder))
		return -EBUSY;
	l->word = tid;
	l->recovered++;
	return LEASE_DEAD;
}

int lease_take_slow(struct lease *l, uint32_t tid, uint64_t wait_ns)
{
	(void)wait_ns;
	if (lease_holder(l) == tid)
		return -EDEADLK;
	return lease_reap(l, tid) == LEASE_DEAD ? LEASE_DEAD : -ETIMEDOUT;
}

/*
 * The instance
 */
static void must(int ok, const char *what)
{
	if (ok)
		return;
	perror(what);
	exit(1);
}

static void make_shared(struct net_shared *sh)
{
	struct ix_addr peer = addr_from_v4(WORLD_PEER);
	struct rte_ether_addr mac = { { 2, 0, 0, 0, 0, 1 } };
	uint32_t i;

	for (i = 0; i < sizeof(sh->hash_key); i++)
		sh->hash_key[i] = (uint8_t)(i * 37 + 11);
	sh->ndevs = 1;
	sh->dev[0].mtu = WORLD_MTU;
	sh->dev[0].mac = (struct rte_ether_addr){ { 2, 0, 0, 0, 0, 2 } };
	sh->info.nethreads = WORLD_THREADS;
	sh->info.naddrs = 1;
	sh->info.addrs[0].ip = addr_from_v4(WORLD_US);
	sh->info.addrs[0].prefix = 96 + 24;
	sh->info.loopback = 1;
	sh->info.app_base = world.prog;
	sh->info.app_size = WORLD_PROG;
	sh->qsbr = arena_alloc(&arena, rte_rcu_qsbr_get_memsize(WORLD_THREADS),
			       64);
	rte_rcu_qsbr_init(sh->qsbr, WORLD_THREADS);
	for (i = 0; i < WORLD_THREADS; i++)
		rte_rcu_qsbr_thread_register(sh->qsbr, i);
	must(flow_init(sh, &arena, WORLD_THREADS, 0) == 0, "flow_init");
	must(neigh_table_init(sh, &arena) == 0, "neigh_table_init");
	must(neigh_add_permanent(sh, 0, &peer, &mac) == 0, "neighbour");
}

/* Limits so small that a program comes to them. */
static void make_ethread(uint32_t i)
{
	static const struct net_limits lim = { 64, 4, 8 };
	struct ethread *et = arena_alloc(&arena, sizeof(*et), 4096);

	et->id = i;
	et->core = world.core;
	et->rx_pool = rx_pool[i].mp;
	et->tx_pool = tx_pool[i].mp;
	et->queue[0] = (uint8_t)i;
	et->inbox_fd = inbox_fd[i];
	clock_init(&et->clock, 0);
	world.core->et[i] = et;
	must(net_init(&et->net, &world.core->net, i, &arena, &lim, et->tx_pool,
		      et->clock.last_ns, 7 + i) == 0,
	     "net_init");
}

static void make_core(void)
{
	uint32_t i;

	world.core = arena_alloc(&arena, sizeof(*world.core), 4096);
	world.core->nethreads = WORLD_THREADS;
	world.core->ndevs = 1;
	world.core->batch = 32;
	world.core->pcap.fd = -1;
	make_shared(&world.core->net);
	for (i = 0; i < WORLD_THREADS; i++)
		make_ethread(i);
}

static void make_pools(void)
{
	struct pool_spec spec = { .count = MBUFS };
	char name[16];
	unsigned i;

	spec.name = name;
	for (i = 0; i < WORLD_THREADS; i++) {
		snprintf(name, sizeof(name), "rx%u", i);
		must(pool_create(&spec, &rx_pool[i]) == 0, "pool");
		snprintf(name, sizeof(name), "tx%u", i);
		must(pool_create(&spec, &tx_pool[i]) == 0, "pool");
		inbox_fd[i] = eventfd(0, EFD_NONBLOCK);
	}
}

static void make_program(void)
{
	world.prog = mmap(PROG_BASE, WORLD_PROG, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1,
			  0);
	world.heap = mmap(HEAP_BASE, 2 * WORLD_HEAP, PROT_NONE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1,
			  0);
	must(world.prog != MAP_FAILED && world.heap != MAP_FAILED, "mmap");
	must(mprotect(world.heap, WORLD_HEAP, PROT_READ | PROT_WRITE) == 0,
	     "mprotect");
	uaccess_window[0] =
		(struct uaccess_window){ (uintptr_t)world.prog,
					 (uintptr_t)world.prog + WORLD_PROG };
	uaccess_window[1] = (struct uaccess_window){
		(uintptr_t)world.heap, (uintptr_t)world.heap + 2 * WORLD_HEAP
	};
}

static struct sigaction old_segv;

/* What ring 0's page fault handler does of a copy. */
static void on_segv(int sig, siginfo_t *info, void *context)
{
	ucontext_t *c = context;
	const struct ix_fixup *f;
	size_t n;

	(void)sig;
	(void)info;
	for (f = uaccess_fixups(&n); n; n--, f++) {
		if ((uint64_t)c->uc_mcontext.gregs[REG_RIP] != f->at)
			continue;
		c->uc_mcontext.gregs[REG_RIP] = (greg_t)f->resume;
		return;
	}
	sigaction(SIGSEGV, &old_segv, NULL);
}

static void map_memory(int flags)
{
	void *p = mmap(ARENA_BASE, ARENA, PROT_READ | PROT_WRITE,
		       MAP_NORESERVE | MAP_FIXED | flags, memory_fd, 0);

	must(p == ARENA_BASE, "mmap");
}

void world_start(void (*make)(void))
{
	static char *argv[] = { "fuzz",
				"--no-huge",
				"--no-shconf",
				"--no-pci",
				"-m",
				"64",
				"-l",
				"0",
				"--log-level=*:4",
				"--no-telemetry",
				NULL };
	struct sigaction sa = { .sa_sigaction = on_segv,
				.sa_flags = SA_SIGINFO | SA_ONSTACK |
					    SA_NODEFER };

	unsigned i;

	must(rte_eal_init((int)RTE_DIM(argv) - 1, argv) >= 0, "EAL");
	memory_fd = memfd_create("world", MFD_CLOEXEC);
	must(ftruncate(memory_fd, ARENA) == 0, "ftruncate");
	map_memory(MAP_SHARED);
	arena = (struct arena){ .base = ARENA_BASE, .size = ARENA };
	world.now = START_NS;
	drv_set_lcore(LCORE);
	make_pools();
	make_program();
	make_core();
	sigaction(SIGSEGV, &sa, &old_segv);
	if (make)
		make();
	for (i = 0; i < WORLD_THREADS; i++)
		must(pool_in_use(rx_pool[i].mp) == 0 &&
			     pool_in_use(tx_pool[i].mp) == 0,
		     "mbufs");
}

void world_fresh(void)
{
	eventfd_t count;
	unsigned i;

	map_memory(MAP_PRIVATE);
	world.now = START_NS;
	world.tid = 1;
	world.sent = NULL;
	world.frames = 0;
	world_at_edge = NULL;
	must(madvise(world.prog, WORLD_PROG, MADV_DONTNEED) == 0 &&
		     madvise(world.heap, WORLD_HEAP, MADV_DONTNEED) == 0,
	     "madvise");
	for (i = 0; i < WORLD_THREADS; i++) {
		queued[i] = 0;
		eventfd_read(inbox_fd[i], &count);
	}
}

void world_end(void)
{
	unsigned i;

	for (i = 0; i < WORLD_THREADS; i++)
		ethread_reap(world.core->et[i]);
	for (i = 0; i < WORLD_THREADS; i++) {
		if (lease_holder(&world.core->et[i]->lease))
			ethread_leave(world.core->et[i]);
		net_fini(&world.core->et[i]->net);
	}
	for (i = 0; i < WORLD_THREADS; i++) {
		MUST(world.core->et[i]->net.wheel.armed == 0);
		MUST(pool_in_use(rx_pool[i].mp) == 0);
		MUST(pool_in_use(tx_pool[i].mp) == 0);
	}
}
