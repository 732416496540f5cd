/* SPDX-License-Identifier: MIT */
/*
 * clock.h - CLOCK_MONOTONIC from the TSC
 *
 * A clock belongs to one ethread and is read under its lease. Every few
 * milliseconds it is put right against the kernel's, so it never strays by
 * more than what the slope is wrong in between; it never goes back.
 */
#ifndef IX_CORE_CLOCK_H
#define IX_CORE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>
#include <x86intrin.h>

#include "base/branch.h"
#include "base/units.h"

#define CLOCK_SHIFT 32
#define CLOCK_RESYNC_NS (4 * NSEC_PER_MSEC) /* put right this often */

struct clock {
	uint64_t base_tsc, base_ns; /* a point both clocks agree on */
	uint64_t mult;		    /* ns per cycle, << CLOCK_SHIFT */
	uint64_t mult0;		    /* as measured at start */
	uint64_t resync_tsc;	    /* cycles after base_tsc; 0: no TSC */
	uint64_t last_ns;	    /* what was returned last */
};

/* CLOCK_MONOTONIC itself. */
uint64_t clock_kernel_ns(void);
/* Both clocks at one moment; false: the thread was interrupted in between. */
bool clock_pair(uint64_t *tsc_out, uint64_t *ns_out);

/* mult: 0 where the TSC does not serve as a clock. */
void clock_init(struct clock *c, uint64_t mult);
/* The slope from two points at least 1 ms apart, or 0: TSC is no clock. */
uint64_t clock_slope(uint64_t tsc0, uint64_t ns0, uint64_t tsc1, uint64_t ns1);
/* Is the TSC steady, and does the kernel trust it? */
bool clock_tsc_usable(void);

/* Slow path of clock_now(). */
uint64_t clock_resync(struct clock *c);

/* tsc_out: the cycle counter at this moment. */
static inline uint64_t clock_now(struct clock *c, uint64_t *tsc_out)
{
	uint64_t tsc = __rdtsc(), delta = tsc - c->base_tsc, ns;

	*tsc_out = tsc;
	if (unlikely(delta >= c->resync_tsc))
		return clock_resync(c);
	ns = c->base_ns + ((delta * c->mult) >> CLOCK_SHIFT);
	if (ns > c->last_ns)
		c->last_ns = ns;
	return c->last_ns;
}

#endif
