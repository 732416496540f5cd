// SPDX-License-Identifier: MIT
/*
 * random.c - batches of garbage: nearly right, and not at all
 *
 * All handles that were given out are kept and closed at the end, so that
 * whoever looks from outside finds every pool as it was.
 */
#include "hostile.h"

#define RECENT 1024
#define INDICES (1 << 20) /* of each kind that are kept */

static uint64_t state;
static ix_handle_t recent[RECENT];
static uint32_t nrecent;
static ix_handle_t (*live)[INDICES]; /* [kind][index] */
static uint32_t top[4];
static uint64_t calls, refused, nevents;
static unsigned bad_results, bad_events;

/* splitmix64 */
static uint64_t rnd(void)
{
	uint64_t z = state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

static uint32_t below(uint32_t n)
{
	return (uint32_t)(rnd() % n);
}

static void keep(ix_handle_t h)
{
	uint32_t kind = IX_HANDLE_KIND(h), index = IX_HANDLE_INDEX(h);

	if (kind == IX_KIND_NONE || kind > IX_KIND_UDP || index >= INDICES) {
		bad_results++;
		return;
	}
	live[kind][index] = h;
	if (index >= top[kind])
		top[kind] = index + 1;
	recent[nrecent < RECENT ? nrecent++ : below(RECENT)] = h;
}

/* --- one call --- */

static uint64_t some_address(void)
{
	if (below(10) == 0)
		return rnd();
	if (below(6) == 0)
		return targets[below(ntargets)].addr;
	return (uint64_t)arena->data + below(DATA);
}

/* Direct mode has no net under it: addresses are right or nobody's. */
static uint64_t safe_address(void)
{
	uint64_t at = some_address();

	if (guest || at < 4096 || at >= UINT64_C(0x7ffffffff000))
		return at;
	return (uint64_t)arena->data + at % (DATA / 2);
}

static uint64_t some_length(void)
{
	switch (below(16)) {
	case 0:
		return guest ? rnd() : UINT64_MAX;
	case 1:
		return guest ? UINT64_C(1) << below(64) : 0;
	case 2:
		return 65536 + below(DATA / 4);
	default:
		return below(3000);
	}
}

static ix_handle_t some_handle(void)
{
	ix_handle_t h = recent[below(nrecent)];

	switch (below(12)) {
	case 0:
		return rnd();
	case 1:
		return h ^ UINT64_C(1) << below(64);
	default:
		return h;
	}
}

static struct ix_addr some_ip(void)
{
	struct ix_addr ip = own_ip();

	switch (below(12)) {
	case 0:
		memset(&ip, 0, sizeof(ip));
		break;
	case 1:
		ip.b[15] = (uint8_t)rnd(); /* on link */
		break;
	case 2:
		ip.b[12] = (uint8_t)(224 + below(32)); /* to many */
		break;
	case 3:
		ip.b[below(16)] = (uint8_t)rnd();
		break;
	}
	return ip;
}

static uint16_t some_u16(uint16_t usual)
{
	return (uint16_t)(below(12) ? usual : rnd() >> below(16));
}

static void fill(struct ix_bsys *b, struct ix_sg *sg)
{
	uint16_t n = (uint16_t)(below(8) ? below(4) : below(IX_MAX_SG + 1));
	unsigned i;

	for (i = 0; i < IX_MAX_SG; i++)
		sg[i] = (struct ix_sg){ safe_address(), some_length() };
	*b = (struct ix_bsys){
		.nr = some_u16((uint16_t)below(IX_BSYS_MAX)),
		.flags = some_u16((uint16_t)(below(4) ? 0 : below(4))),
		.count = some_u16(n),
		.opt = some_u16(
			(uint16_t)(below(2) ? 0 : below(IX_OPT_MAX + 1))),
		.handle = some_handle(),
		.cookie = rnd(),
		.addr = below(12) ? (uint64_t)sg : safe_address(),
		.result = (int64_t)rnd(),
		.len = (uint32_t)(rnd() >> (32 + below(32))),
		.rport = some_u16((uint16_t)(PORT + below(4))),
		.lport = below(4) ? 0 : some_u16((uint16_t)(PORT + below(4))),
		.ip = some_ip(),
	};
	if (guest || b->count <= IX_MAX_SG)
		return;
	b->addr = (uint64_t)sg;
}

/* --- a batch --- */

static bool makes(uint16_t nr)
{
	return nr == IX_BSYS_CONNECT || nr == IX_BSYS_LISTEN ||
	       nr == IX_BSYS_UDP_BIND;
}

static void results(uint32_t n)
{
	uint32_t i;

	for (i = 0; i < n; i++) {
		const struct ix_bsys *b = &arena->bsys[i];

		bad_results += b->result < -133;
		refused += b->result < 0;
		if (b->result >= 0 && makes(b->nr))
			keep(b->handle);
	}
	calls += n;
}

static void event(const struct ix_event *e)
{
	volatile char byte;

	bad_events += e->type == IX_EV_NONE || e->type >= IX_EV_MAX;
	if (e->type == IX_EV_KNOCK)
		keep(e->handle);
	if (e->type != IX_EV_RECV && e->type != IX_EV_UDP_RECV)
		return;
	/* readable, all of it */
	if (e->len) {
		byte = ((const char *)e->data)[0];
		byte = ((const char *)e->data)[e->len - 1];
		(void)byte;
	}
}

static void events(void)
{
	uint32_t i;

	for (i = 0; i < arena->ctx.nevents; i++)
		event(&arena->events[i]);
	nevents += arena->ctx.nevents;
}

static void batch(void)
{
	static const uint32_t flags[] = { 0, IX_ENTER_POLL,
					  IX_ENTER_POLL | IX_ENTER_EVENTS,
					  IX_ENTER_POLL | IX_ENTER_EVENTS };
	uint32_t n = below(16) ? below(8) : below(BATCH), i, f;
	long rc;

	for (i = 0; i < n; i++)
		fill(&arena->bsys[i], arena->sg[i]);
	f = flags[below(4)];
	arena->ctx = (struct ix_ctx){
		.bsys = arena->bsys,
		.nbsys = n,
		.events = arena->events,
		.events_cap = below(4) ? EVENTS : below(EVENTS + 1),
		.timer_ns = below(8) ? 0 : rnd(),
	};
	rc = gate(IX_GATE_ENTER, 0, (uint64_t)&arena->ctx, f);
	bad_results += rc != 0;
	results(n);
	if (f & IX_ENTER_EVENTS)
		events();
}

/* --- the end --- */

static void close_one(uint32_t kind, ix_handle_t h)
{
	struct ix_bsys b = { .nr = IX_BSYS_CLOSE, .handle = h };

	if (kind == IX_KIND_TCP)
		b.flags = IX_CLOSE_RST;
	call(&b);
}

/* Listeners first: no more knocks. A knock of before may still be waiting. */
static void close_all(void)
{
	static const uint32_t order[] = { IX_KIND_LISTENER, IX_KIND_UDP,
					  IX_KIND_TCP };
	unsigned round, k;
	uint32_t i;

	for (round = 0; round < 3; round++) {
		for (k = 0; k < 3; k++)
			for (i = 0; i < top[order[k]]; i++)
				if (live[order[k]][i])
					close_one(order[k], live[order[k]][i]);
		for (i = 0; i < 1000; i++) {
			enter(0, IX_ENTER_POLL | IX_ENTER_EVENTS);
			events();
		}
	}
}

void try_random(uint64_t seed, uint64_t batches)
{
	uint64_t i;
	char name[96];

	live = calloc(4, sizeof(*live));
	if (!live)
		return;
	state = seed;
	keep(objects.listener);
	keep(objects.udp);
	keep(objects.client);
	keep(objects.server);
	for (i = 0; i < batches; i++)
		batch();
	close_all();
	fprintf(stderr,
		"%sseed %llu: %llu batches, %llu calls, %llu of them "
		"refused, %llu events\n",
		who, (unsigned long long)seed, (unsigned long long)batches,
		(unsigned long long)calls, (unsigned long long)refused,
		(unsigned long long)nevents);
	expect("results", "random batches", bad_results, 0);
	expect("events", "random batches", bad_events, 0);
	expect_true("calls", "some are right", refused < calls);
	expect_true("events", "there are some", nevents > 0);
	snprintf(name, sizeof(name), "%llu random batches, seed %llu",
		 (unsigned long long)batches, (unsigned long long)seed);
	verdict(name);
	free(live);
}
