// SPDX-License-Identifier: MIT
/*
 * exhaust.c - take all there is of each kind, give it back, take it again
 */
#include "hostile.h"

#define MOST (1 << 21)
#define SLACK 64

static ix_handle_t *taken;

/* Of the events that have come: how many connections have ended. */
static uint32_t count_dead(void)
{
	uint32_t i, n = 0;

	for (i = 0; i < arena->ctx.nevents; i++)
		n += arena->events[i].type == IX_EV_DEAD;
	return n;
}

/* Ask for one more until there is none: how many; *why is the last error. Those
 * of *ended have ended by themselves meanwhile: their places were taken again. */
static uint32_t take_all(const struct ix_bsys *kind, int64_t *why,
			 uint32_t *ended)
{
	struct ix_bsys b;
	uint32_t n;

	*ended = 0;
	for (n = 0; n < MOST; n++) {
		b = *kind;
		*why = call(&b);
		if (*why < 0)
			break;
		taken[n] = b.handle;
		if (n % 32 != 31)
			continue;
		enter(0, IX_ENTER_POLL | IX_ENTER_EVENTS);
		*ended += count_dead();
	}
	return n;
}

static void give_all(uint32_t n)
{
	struct ix_bsys b = { .nr = IX_BSYS_CLOSE };
	uint32_t i, wrong = 0;

	for (i = 0; i < n; i++) {
		b.handle = taken[i];
		b.flags = IX_HANDLE_KIND(taken[i]) == IX_KIND_TCP ?
				  IX_CLOSE_RST :
				  0;
		wrong += call(&b) != 0;
	}
	expect("CLOSE", "all that was taken", wrong, 0);
	drain();
}

static void exhaust(const char *name, const struct ix_bsys *kind,
		    const int64_t *wants)
{
	uint32_t first, again, ended, more;
	int64_t why = 0;

	first = take_all(kind, &why, &ended);
	expect_one_of(name, "the last one", why, wants);
	expect_true(name, "there are some", first > 100);
	give_all(first);
	again = take_all(kind, &why, &more);
	expect_one_of(name, "the last one again", why, wants);
	expect_true(name, "as many again", again + ended + SLACK >= first);
	give_all(again);
}

void try_exhaustion(void)
{
	static const int64_t full[] = { -ENOBUFS, -ENFILE, -EADDRINUSE,
					-EADDRNOTAVAIL, 1 };
	struct ix_addr nobody = own_ip();
	const struct ix_bsys udp = { .nr = IX_BSYS_UDP_BIND, .ip = own_ip() };
	const struct ix_bsys listen = { .nr = IX_BSYS_LISTEN, .ip = own_ip() };
	struct ix_bsys connect = { .nr = IX_BSYS_CONNECT, .rport = 9 };

	taken = calloc(MOST, sizeof(*taken));
	if (!taken)
		return;
	nobody.b[15] = 77; /* on link, and not there */
	connect.ip = nobody;
	exhaust("UDP ports", &udp, full);
	exhaust("listeners", &listen, full);
	exhaust("connections", &connect, full);
	free(taken);
	verdict("all there is, twice");
}
