// SPDX-License-Identifier: MIT
/*
 * world.c - the gate, objects to attack, addresses to aim at
 */
#include "hostile.h"

#include <dlfcn.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define WINDOW_LO UINT64_C(0x100000000000)
#define WINDOW_HI (WINDOW_LO + (UINT64_C(64) << 30))
#define VDSO_HI (WINDOW_HI + (UINT64_C(1) << 30))
#define LOW_HI (UINT64_C(1) << 32)
#define TARGETS 1024
#define WAIT_NS 5000000000u

struct ix_info info;
static struct ix_booted booted;
struct arena *arena;
struct objects objects;
bool guest;
struct target targets[TARGETS];
unsigned ntargets;
struct mapping mappings[TARGETS];
unsigned nmappings;

static const struct ix_dp *dp;
static uint64_t packet; /* address of a received byte */

static void die(const char *what, long rc)
{
	fprintf(stderr, "hostile: %s: %s\n", what, strerror((int)-rc));
	exit(2);
}

/* --- the gate --- */

static long trap(unsigned nr, uint64_t a, uint64_t b, uint64_t c)
{
	long rc = IX_GATE + (long)nr;

	__asm__ volatile("syscall"
			 : "+a"(rc), "+D"(a), "+S"(b), "+d"(c)
			 :
			 : "rcx", "r8", "r9", "r10", "r11", "memory", "cc",
			   "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5",
			   "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11",
			   "xmm12", "xmm13", "xmm14", "xmm15");
	return rc;
}

static long direct(unsigned nr, uint64_t a, uint64_t b, uint64_t c)
{
	switch (nr) {
	case IX_GATE_ENTER:
		return dp->enter((unsigned)a, (struct ix_ctx *)b, (uint32_t)c);
	case IX_GATE_ARM:
		return dp->arm((unsigned)a, (struct ix_sleep *)b);
	case IX_GATE_DISARM:
		dp->disarm((unsigned)a);
		return 0;
	case IX_GATE_CONN_INFO:
		return dp->conn_info((unsigned)a, b, (struct ix_conn_info *)c);
	case IX_GATE_ROUTE:
		return dp->route((const struct ix_addr *)a);
	}
	return -ENOPROTOOPT;
}

long gate(unsigned nr, uint64_t a, uint64_t b, uint64_t c)
{
	return guest ? trap(nr, a, b, c) : direct(nr, a, b, c);
}

/* In direct mode the dataplane is ours to start, and the shim in the way. */
static void without_shim(char **argv)
{
	if (!getenv("LD_PRELOAD"))
		return;
	unsetenv("LD_PRELOAD");
	execv("/proc/self/exe", argv);
	die("exec", -errno);
}

static void boot(char **argv)
{
	static char err[256];
	struct ix_boot_args args = { .abi = IX_ABI_VERSION,
				     .err = err,
				     .err_size = sizeof(err) };
	const char *path = getenv("HOSTILE_DP");
	void *lib;
	long rc;

	guest = trap(IX_GATE_MAX, 0, 0, 0) == -ENOPROTOOPT;
	if (guest) {
		rc = trap(IX_GATE_BOOT, (uint64_t)&args, (uint64_t)&booted, 0);
	} else {
		without_shim(argv);
		lib = path ? dlopen(path, RTLD_NOW) : NULL;
		dp = lib ? dlsym(lib, "ix_dp") : NULL;
		rc = dp ? dp->boot(&args, &booted) : -ENOENT;
	}
	if (rc < 0) {
		fprintf(stderr, "hostile: %s\n", err);
		die("no dataplane", rc);
	}
	info = booted.info;
}

/* --- entering --- */

static uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec;
}

long enter(uint32_t nbsys, uint32_t flags)
{
	arena->ctx = (struct ix_ctx){ .bsys = arena->bsys,
				      .nbsys = nbsys,
				      .events = arena->events,
				      .events_cap = EVENTS };
	return gate(IX_GATE_ENTER, 0, (uint64_t)&arena->ctx, flags);
}

int64_t call(struct ix_bsys *b)
{
	long rc;

	b->result = INT64_MIN;
	arena->bsys[0] = *b;
	rc = enter(1, 0);
	*b = arena->bsys[0];
	return rc < 0 ? rc : b->result;
}

bool await(uint16_t type, ix_handle_t h, struct ix_event *out)
{
	uint64_t end = now_ns() + WAIT_NS;
	bool found = false;
	uint32_t i;

	do {
		enter(0, IX_ENTER_POLL | IX_ENTER_EVENTS);
		for (i = 0; i < arena->ctx.nevents && !found; i++) {
			const struct ix_event *e = &arena->events[i];

			if (e->type != type || (h && e->handle != h))
				continue;
			*out = *e;
			found = true;
		}
	} while (!found && now_ns() < end);
	return found;
}

void drain(void)
{
	unsigned quiet = 0, i;

	for (i = 0; i < 10000 && quiet < 50; i++) {
		enter(0, IX_ENTER_POLL | IX_ENTER_EVENTS);
		quiet = arena->ctx.nevents || arena->ctx.rx ? 0 : quiet + 1;
	}
}

/* --- objects --- */

struct ix_addr own_ip(void)
{
	return info.addrs[0].ip;
}

int64_t send_data(ix_handle_t h, uint32_t len)
{
	struct ix_bsys b = { .nr = IX_BSYS_SENDV,
			     .handle = h,
			     .addr = (uint64_t)arena->sg[0],
			     .count = 1 };

	arena->sg[0][0] = (struct ix_sg){ (uint64_t)arena->data, len };
	return call(&b);
}

static ix_handle_t make(uint16_t nr, uint16_t port)
{
	struct ix_bsys b = {
		.nr = nr, .ip = own_ip(), .lport = port, .len = 16
	};
	int64_t rc = call(&b);

	if (rc < 0)
		die("an object", (long)rc);
	return b.handle;
}

void connect_pair(ix_handle_t *client_out, ix_handle_t *server_out)
{
	struct ix_bsys b = { .nr = IX_BSYS_CONNECT,
			     .ip = own_ip(),
			     .rport = PORT };
	struct ix_event ev;

	if (call(&b) < 0)
		die("CONNECT", (long)b.result);
	*client_out = b.handle;
	if (!await(IX_EV_KNOCK, 0, &ev))
		die("no KNOCK", -ETIMEDOUT);
	*server_out = ev.handle;
	b = (struct ix_bsys){ .nr = IX_BSYS_ACCEPT, .handle = ev.handle };
	if (call(&b) < 0)
		die("ACCEPT", (long)b.result);
	drain();
}

void abort_connection(ix_handle_t h)
{
	struct ix_bsys b = { .nr = IX_BSYS_CLOSE,
			     .flags = IX_CLOSE_RST,
			     .handle = h };

	call(&b);
}

/* A datagram to ourselves: where it lies is the dataplane's. */
static void receive_packet(void)
{
	struct ix_bsys b = { .nr = IX_BSYS_UDP_SENDV,
			     .handle = objects.udp,
			     .ip = own_ip(),
			     .rport = PORT,
			     .addr = (uint64_t)arena->sg[0],
			     .count = 1 };
	struct ix_event ev;

	arena->sg[0][0] = (struct ix_sg){ (uint64_t)arena->data, 64 };
	if (call(&b) != 64 || !await(IX_EV_UDP_RECV, objects.udp, &ev))
		die("no datagram", -ETIMEDOUT);
	packet = ev.data;
}

/* --- addresses --- */

static void aim(const char *name, uint64_t addr, bool may_read, bool may_write)
{
	struct target *t = &targets[ntargets];

	if (ntargets == TARGETS)
		return;
	snprintf(t->name, sizeof(t->name), "%.63s", name);
	t->addr = addr;
	t->may_read = may_read;
	t->may_write = may_write;
	ntargets++;
}

static bool is_ours(uint64_t lo)
{
	uint64_t base = (uint64_t)info.app_base;

	return lo < LOW_HI || (lo >= WINDOW_LO && lo < VDSO_HI) ||
	       (lo >= base && lo < base + info.app_size);
}

static void add_mapping(uint64_t lo, uint64_t hi, const char *name)
{
	struct mapping *m = &mappings[nmappings];
	char text[80];

	if (nmappings == TARGETS || is_ours(lo))
		return;
	*m = (struct mapping){ .lo = lo, .hi = hi };
	snprintf(m->name, sizeof(m->name), "%.60s", *name ? name : "memory");
	m->has_packet = packet >= lo && packet < hi;
	nmappings++;
	aim(m->name, lo, false, false);
	snprintf(text, sizeof(text), "last byte of %.40s", m->name);
	aim(text, hi - 1, false, false);
}

/* All that is in this process and not the program's. */
static void find_mappings(void)
{
	FILE *maps = fopen("/proc/self/maps", "r");
	char line[512], path[256];
	unsigned long lo, hi;

	while (maps && fgets(line, sizeof(line), maps)) {
		path[0] = 0;
		if (sscanf(line, "%lx-%lx %*s %*s %*s %*s %255s", &lo, &hi,
			   path) >= 2)
			add_mapping(lo, hi, path);
	}
	if (maps)
		fclose(maps);
	if (nmappings < 10)
		die("the host's mappings are not to be seen", -ENOENT);
}

/* In the program's own window: what is not there, or not to be written. */
static void find_holes(void)
{
	const int flags = MAP_PRIVATE | MAP_ANONYMOUS;
	char *p = mmap(NULL, 5 * 4096, PROT_READ | PROT_WRITE, flags, -1, 0);

	if (p == MAP_FAILED || mprotect(p + 4096, 4096, PROT_NONE) ||
	    munmap(p + 2 * 4096, 4096) ||
	    mprotect(p + 3 * 4096, 4096, PROT_READ))
		die("mmap", -errno);
	aim("just before a hole", (uint64_t)p + 4096 - 2, false, false);
	aim("inaccessible", (uint64_t)p + 4096, false, false);
	aim("unmapped", (uint64_t)p + 2 * 4096, false, false);
	aim("read-only", (uint64_t)p + 3 * 4096, true, false);
	aim("across to read-only", (uint64_t)p + 3 * 4096 - 2, false, false);
}

void find_targets(void)
{
	uint64_t base = (uint64_t)info.app_base, end = base + info.app_size;

	aim("NULL", 0, false, false);
	aim("page of NULL", 8, false, false);
	aim("last byte of page 0", 4095, false, false);
	aim("not canonical", UINT64_C(0x8000000000000000), false, false);
	aim("end of the user half", UINT64_C(0x7ffffffff000), false, false);
	aim("kernel", UINT64_C(0xffff888000000000), false, false);
	aim("last bytes of all", UINT64_MAX - 7, false, false);
	aim("last byte of all", UINT64_MAX, false, false);
	if (!guest)
		return;
	aim("before the arena", base - 1, false, false);
	aim("last byte of the arena", end - 1, false, false);
	aim("behind the arena", end, false, false);
	aim("last byte of the window", WINDOW_HI - 1, false, false);
	aim("across the window's end", WINDOW_HI - 4, false, false);
	aim("behind the window", WINDOW_HI, false, false);
	aim("before the window", WINDOW_LO - 1, false, false);
	aim("start of the window", WINDOW_LO, false, false);
	aim("data of a packet", packet, false, false);
	find_holes();
	find_mappings();
}

void world_init(char **argv)
{
	boot(argv);
	arena = info.app_base;
	if (info.app_size < sizeof(*arena))
		die("the arena is small", -ENOMEM);
	memset(arena->data, 'A', sizeof(arena->data));
	objects.listener = make(IX_BSYS_LISTEN, PORT);
	objects.udp = make(IX_BSYS_UDP_BIND, PORT);
	connect_pair(&objects.client, &objects.server);
	receive_packet();
	find_targets();
}
