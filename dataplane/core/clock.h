/* SPDX-License-Identifier: MIT */
/*
 * clock.h - CLOCK_MONOTONIC from the TSC
 *
 * A clock belongs to one elastic thread and is read under its lease. It is
 * corrected against the kernel's clock every few milliseconds, so it deviates
 * only by the error of its slope since the last correction. It never goes back.
 */
#ifndef IX_CORE_CLOCK_H
#define IX_CORE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>
#include <x86intrin.h>

#include "base/branch.h"
#include "base/units.h"

#define CLOCK_SHIFT 32
#define CLOCK_RESYNC_NS (4 * NSEC_PER_MSEC) /* between two corrections */

struct clock {
	uint64_t base_tsc, base_ns; /* both clocks at the last correction */
	uint64_t mult;		    /* ns per cycle, << CLOCK_SHIFT */
	uint64_t mult0;		    /* mult as measured at start */
	uint64_t resync_tsc;	    /* cycles between corrections; 0: no TSC */
	uint64_t last_ns;	    /* the last time returned */
};

/* CLOCK_MONOTONIC of the kernel, ns. */
uint64_t clock_kernel_ns(void);
/* Read both clocks at the same moment. false: the thread was interrupted in
 * between each time, and the two do not belong together. */
bool clock_pair(uint64_t *tsc_out, uint64_t *ns_out);

/* mult: of clock_slope(); 0: use the kernel's clock alone. */
void clock_init(struct clock *c, uint64_t mult);
/* The slope (struct clock.mult) from two readings at least 1 ms apart, or 0:
 * the TSC cannot be used as a clock. */
uint64_t clock_slope(uint64_t tsc0, uint64_t ns0, uint64_t tsc1, uint64_t ns1);
/* Does the kernel keep time by the TSC? If it does not say: is it invariant? */
bool clock_tsc_usable(void);

/* Slow path of clock_now(). */
uint64_t clock_resync(struct clock *c);

/* The time in ns. tsc_out: the TSC at that moment. */
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
