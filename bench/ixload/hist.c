// SPDX-License-Identifier: MIT
/*
 * hist.c - histogram of latencies, relative error below 1/64
 */
#include "load.h"

static unsigned index_of(uint64_t v)
{
	unsigned power;

	if (v < HIST_STEPS)
		return (unsigned)v;
	power = 63 - (unsigned)__builtin_clzll(v); /* >= 6 */
	if (power - 5 >= HIST_POWERS)
		return HIST_POWERS * HIST_STEPS - 1;
	return (power - 5) * HIST_STEPS +
	       (unsigned)((v >> (power - 6)) & (HIST_STEPS - 1));
}

static uint64_t value_of(unsigned i)
{
	unsigned power = i / HIST_STEPS;

	if (power == 0)
		return i;
	return ((uint64_t)(HIST_STEPS + i % HIST_STEPS) << (power - 1)) +
	       ((1ull << (power - 1)) >> 1);
}

void hist_add(struct hist *h, uint64_t ns)
{
	h->count++;
	h->sum += ns;
	if (ns > h->max)
		h->max = ns;
	h->bin[index_of(ns)]++;
}

uint64_t hist_quantile(const struct hist *h, double q)
{
	uint64_t want = (uint64_t)((double)h->count * q), seen = 0;
	unsigned i;

	for (i = 0; i < HIST_POWERS * HIST_STEPS; i++) {
		seen += h->bin[i];
		if (seen > want)
			return value_of(i) < h->max ? value_of(i) : h->max;
	}
	return h->max;
}
