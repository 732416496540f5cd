// SPDX-License-Identifier: MIT
/*
 * batches.c - fuzz target: what a program hands to ethread_enter()
 *
 * Several threads of a hostile program make calls with descriptors, lists and
 * arrays of any kind, in memory that changes while the dataplane looks at it.
 * They die at any edge and others go on. Frames arrive, time passes.
 */
#include <errno.h>
#include <setjmp.h>

#include "fuzz/packet.h"
#include "fuzz/scene.h"
#include "fuzz/world.h"
#include "net/tcp/state/tcp_stack.h"
#include "net/udp/udp.h"

#define CALLS 8	   /* of one batch */
#define EVENTS 16  /* room for them */
#define HANDLES 32 /* that the program remembers */
#define OPS_MAX 200

/* Where the program has its arrays. */
#define AT_CTX 0u
#define AT_CALLS 256u
#define AT_EVENTS 2048u
#define AT_SG 8192u
#define AT_SLEEP 16384u
#define AT_DATA 32768u
#define ARRAYS AT_DATA

static struct input *in;
static struct {
	ix_handle_t h[HANDLES];
	unsigned n;
} known[WORLD_THREADS];
static uint32_t die_at;	  /* edges; 0: lives */
static uint32_t scribble; /* each so many edges; 0: never */
static uint32_t dice;
static uint32_t flags;
static unsigned et;

static void remember(unsigned e, ix_handle_t h)
{
	known[e].h[known[e].n++ % HANDLES] = h;
}

static ix_handle_t pick_handle(void)
{
	ix_handle_t h = known[et].h[in_pick(in, HANDLES)];
	unsigned how = in_u8(in);

	if (how >= 32)
		return h;
	if (how >= 16)
		return h ^ (1ull << in_pick(in, 64));
	if (how >= 8)
		return known[in_pick(in, WORLD_THREADS)].h[in_pick(in, 8)];
	return IX_HANDLE(in_u8(in), in_pick(in, 5), in_u8(in));
}

/* Addresses: good ones, edges, holes, the host's, none at all. */
static uint64_t pick_address(void)
{
	uint64_t prog = (uintptr_t)world.prog, heap = (uintptr_t)world.heap;

	switch (in_pick(in, 16)) {
	case 0:
		return prog + WORLD_PROG - in_u8(in);
	case 1:
		return heap + WORLD_HEAP - in_u8(in);
	case 2:
		return heap + WORLD_HEAP + in_u16(in);
	case 3:
		return (uintptr_t)world.core + in_u16(in);
	case 4:
		return in_u64(in);
	case 5:
		return prog - in_u8(in);
	case 6:
		return heap + in_u16(in) % WORLD_HEAP;
	default:
		return prog + AT_DATA + in_u16(in);
	}
}

static uint64_t pick_len(void)
{
	unsigned how = in_pick(in, 12);

	if (how == 0)
		return in_u64(in);
	if (how == 1)
		return in_u16(in) * 64u;
	return how < 6 ? in_u8(in) : in_u16(in) % 4096;
}

static struct ix_addr pick_ip(void)
{
	struct ix_addr a = { 0 };

	switch (in_pick(in, 8)) {
	case 0:
		return a;
	case 1:
		return addr_from_v4(WORLD_US);
	case 2:
		return addr_from_v4(RTE_BE32(0x7f000001));
	case 3:
		return addr_from_v4(WORLD_IP(10, 0, 0, 7));
	case 4:
		in_bytes(in, &a, sizeof(a));
		return a;
	default:
		return addr_from_v4(WORLD_PEER);
	}
}

static uint16_t pick_port(void)
{
	static const uint16_t ports[] = { 0, 80, 81, 53, 5000, 5001, 40000 };

	return (uint16_t)(ports[in_pick(in, RTE_DIM(ports))] +
			  (in_u8(in) & 0x80 ? in_u8(in) : 0));
}

static void make_call(struct ix_bsys *b, struct ix_sg *sg)
{
	unsigned i;

	*b = (struct ix_bsys){ .nr = in_pick(in, IX_BSYS_MAX + 1),
			       .count = in_pick(in, 5),
			       .opt = in_pick(in, IX_OPT_MAX + 1),
			       .handle = pick_handle(),
			       .cookie = in_u8(in),
			       .addr = (uintptr_t)sg,
			       .len = (uint32_t)pick_len(),
			       .rport = pick_port(),
			       .lport = pick_port(),
			       .ip = pick_ip() };
	switch (in_pick(in, 16)) {
	case 0:
		b->flags = in_u16(in);
		break;
	case 1:
		b->addr = pick_address();
		break;
	case 2:
		b->count = in_u16(in);
		break;
	case 3:
		b->handle = IX_HANDLE_NONE;
		break;
	default:
		b->flags = in_u8(in) & 0x3f;
	}
	/* which of the own addresses; few are there */
	if (b->nr == IX_BSYS_CONNECT || b->nr == IX_BSYS_UDP_SENDV)
		b->opt &= 3;
	if (b->nr == IX_BSYS_MIGRATE)
		b->len %= WORLD_THREADS + 1;
	for (i = 0; i < b->count && i < 4; i++)
		sg[i] = (struct ix_sg){ pick_address(), pick_len() };
}

/*
 * Memory that changes: bytes of the arrays, each some edges
 */
static void change(void)
{
	if (!scribble || ++dice % scribble)
		return;
	dice = dice * 1664525u + 1013904223u;
	world.prog[(dice >> 8) % ARRAYS] ^= (uint8_t)(dice >> 24);
}

/* No more events than there is room for; changed: unless it is the program
 * that says so. */
static void note_events(const struct ix_ctx *c, bool changed)
{
	const struct ix_event *ev = c->events;
	uint32_t i;

	if ((uintptr_t)ev != (uintptr_t)world.prog + AT_EVENTS)
		return;
	MUST(changed || c->nevents <= EVENTS);
	for (i = 0; i < c->nevents && i < EVENTS; i++)
		if (ev[i].handle)
			remember(et, ev[i].handle);
}

static struct ix_ctx *make_ctx(unsigned n)
{
	struct ix_ctx *c = (void *)(world.prog + AT_CTX);

	*c = (struct ix_ctx){ .bsys = (void *)(world.prog + AT_CALLS),
			      .events = (void *)(world.prog + AT_EVENTS),
			      .nbsys = n,
			      .events_cap = in_pick(in, EVENTS + 1) };
	switch (in_pick(in, 24)) {
	case 0:
		c->bsys = (void *)pick_address();
		break;
	case 1:
		c->events = (void *)pick_address();
		break;
	case 2:
		c->nbsys = in_u32(in);
		break;
	case 3:
		return (void *)pick_address();
	case 4:
		c->timer_ns = world.now + in_u32(in);
		break;
	default:
		break;
	}
	return c;
}

static void enter(void *arg)
{
	ethread_enter(world.core->et[et], arg, flags);
}

/* The dead one's leases are taken over, and all is right again. */
static void recover(void)
{
	unsigned i, e, first = in_pick(in, WORLD_THREADS);

	scribble = 0;
	for (i = 0; i < WORLD_THREADS; i++) {
		e = (first + i) % WORLD_THREADS;
		if (ethread_reap(world.core->et[e]) == 0)
			ethread_leave(world.core->et[e]);
	}
	check_world();
}

static void run(void (*fn)(void *arg), void *arg)
{
	int died;

	world_at_edge = change;
	died = world_run(die_at, fn, arg);
	world_at_edge = NULL;
	die_at = 0;
	/* or another one dies before that is done */
	if (died && in_u8(in) >= 64)
		recover();
}

static void do_batch(void)
{
	struct ix_bsys *b = (void *)(world.prog + AT_CALLS);
	unsigned n = in_pick(in, CALLS + 1), i;
	bool changes = scribble; /* until a death is recovered from */
	struct ix_ctx *c;

	et = in_pick(in, WORLD_THREADS);
	flags = in_u8(in) & 3;
	for (i = 0; i < n; i++)
		make_call(&b[i], (struct ix_sg *)(world.prog + AT_SG) + 4 * i);
	c = make_ctx(n);
	run(enter, c);
	for (i = 0; i < n; i++)
		if (b[i].result >= 0 && b[i].handle)
			remember(b[i].nr == IX_BSYS_MIGRATE ?
					 b[i].len % WORLD_THREADS :
					 et,
				 b[i].handle);
	if ((uint8_t *)c == world.prog + AT_CTX && flags & IX_ENTER_EVENTS)
		note_events(c, changes);
}

static void sleep_and_wake(void *arg)
{
	if (ethread_arm(world.core->et[et], arg) == 0)
		ethread_disarm(world.core->et[et]);
}

static void do_sleep(void)
{
	et = in_pick(in, WORLD_THREADS);
	run(sleep_and_wake, in_u8(in) & 7 ? (void *)(world.prog + AT_SLEEP) :
					    (void *)pick_address());
}

static void do_frame(void)
{
	uint8_t buf[WORLD_FRAME];

	world_frame(in_pick(in, WORLD_THREADS), buf, packet_any(in, buf));
}

static void do_one(void)
{
	switch (in_pick(in, 10)) {
	case 0:
	case 1:
		do_frame();
		break;
	case 2:
		scene_wait(in);
		break;
	case 3:
		die_at = 1 + in_u16(in) % 4096;
		break;
	case 4:
		scribble = in_u8(in) & 1 ? 1 + in_u8(in) : 0;
		break;
	case 5:
		do_sleep();
		break;
	default:
		do_batch();
	}
}

/* What the program has to begin with. */
static void know_scene(void)
{
	unsigned e;
	uint32_t i;

	memset(known, 0, sizeof(known));
	for (e = 0; e < WORLD_THREADS; e++) {
		const struct net *n = &world.core->et[e]->net;

		remember(e, IX_HANDLE(0, IX_KIND_LISTENER, 1));
		remember(e, IX_HANDLE(0, IX_KIND_UDP, 1));
		for (i = 0; i < n->tcp->pcbs.hi; i++)
			remember(e, tcp_handle(n, tcp_pcb_at(n->tcp, i)));
	}
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	world_start(scene_make);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = { data, size };
	unsigned ops = 0;

	world_fresh();
	know_scene();
	in = &input;
	die_at = scribble = dice = 0;
	while (input.left && ops++ < OPS_MAX)
		do_one();
	recover();
	scene_end();
	return 0;
}
