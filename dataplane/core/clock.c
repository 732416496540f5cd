// SPDX-License-Identifier: MIT
/*
 * clock.c - CLOCK_MONOTONIC from the TSC
 */
#include "core/clock.h"

#include <cpuid.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/timespec.h"

#define CLOCK_MIN_SPAN_NS NSEC_PER_MSEC
#define PAIR_TRIES 4
#define PAIR_CYCLES 4000 /* between two reads: undisturbed */
#define STRAY_SHIFT 10	 /* the slope stays within 1/1024 of the first */

uint64_t clock_kernel_ns(void)
{
	return monotonic_ns();
}

bool clock_pair(uint64_t *tsc_out, uint64_t *ns_out)
{
	uint64_t before, after;
	int i;

	for (i = 0; i < PAIR_TRIES; i++) {
		before = __rdtsc();
		*ns_out = clock_kernel_ns();
		after = __rdtsc();
		*tsc_out = before + (after - before) / 2;
		if (after - before < PAIR_CYCLES)
			return true;
	}
	return false;
}

static bool tsc_invariant(void)
{
	unsigned a, b, c, d;

	return __get_cpuid(0x80000007, &a, &b, &c, &d) && (d & (1u << 8));
}

bool clock_tsc_usable(void)
{
	char name[32];
	ssize_t n;
	int fd;

	fd = open("/sys/devices/system/clocksource/clocksource0/"
		  "current_clocksource",
		  O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return tsc_invariant();
	n = read(fd, name, sizeof(name) - 1);
	close(fd);
	if (n <= 0)
		return tsc_invariant();
	name[n] = 0;
	return strncmp(name, "tsc", 3) == 0 ||
	       strncmp(name, "kvm-clock", 9) == 0;
}

uint64_t clock_slope(uint64_t tsc0, uint64_t ns0, uint64_t tsc1, uint64_t ns1)
{
	uint64_t cycles = tsc1 - tsc0, ns = ns1 - ns0;

	if (ns1 < ns0 + CLOCK_MIN_SPAN_NS || tsc1 <= tsc0 || cycles < ns / 16)
		return 0;
	return (uint64_t)(((unsigned __int128)ns << CLOCK_SHIFT) / cycles);
}

void clock_init(struct clock *c, uint64_t mult)
{
	memset(c, 0, sizeof(*c));
	c->mult = mult;
	c->mult0 = mult;
	clock_resync(c);
}

/* The kernel steers its clock and the first measurement was short: follow
 * the slope between two points, a quarter of the difference at a time. */
static void follow(struct clock *c, uint64_t tsc, uint64_t ns)
{
	uint64_t slope = clock_slope(c->base_tsc, c->base_ns, tsc, ns);
	int64_t stray = (int64_t)(slope - c->mult0);
	int64_t limit = (int64_t)(c->mult0 >> STRAY_SHIFT);

	if (slope && stray < limit && stray > -limit)
		c->mult += (uint64_t)((int64_t)(slope - c->mult) / 4);
}

uint64_t clock_resync(struct clock *c)
{
	uint64_t ns, tsc;
	bool clean = clock_pair(&tsc, &ns);

	if (clean && c->mult && c->base_tsc && ns - c->base_ns < NSEC_PER_SEC)
		follow(c, tsc, ns);
	c->base_tsc = tsc;
	c->base_ns = ns;
	c->resync_tsc = 0;
	if (c->mult)
		c->resync_tsc =
			((uint64_t)CLOCK_RESYNC_NS << CLOCK_SHIFT) / c->mult;
	if (ns > c->last_ns)
		c->last_ns = ns;
	return c->last_ns;
}
