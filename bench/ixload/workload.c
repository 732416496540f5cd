// SPDX-License-Identifier: MIT
/*
 * workload.c - keys and values after the distributions of a large deployment
 *
 * Source: Atikoglu et al., "Workload analysis of a large-scale key-value
 * store" (SIGMETRICS 2012), with the parameters that mutilate uses; the ranges
 * are those of the IX paper: ETC keys 20-70 B, values 1 B-1 KB, 75 % GET; USR
 * keys below 20 B, values 2 B, 99 % GET.
 */
#include "load.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Sizes of an ETC key and its value: they take logarithms to find. */
struct etc {
	uint16_t key, value;
};

static const struct load_opts *opts;
static struct etc *etc;
static uint64_t rng;

static uint64_t mix(uint64_t x)
{
	x ^= x >> 30;
	x *= UINT64_C(0xbf58476d1ce4e5b9);
	x ^= x >> 27;
	x *= UINT64_C(0x94d049bb133111eb);
	return x ^ x >> 31;
}

static uint64_t next(void)
{
	rng += UINT64_C(0x9e3779b97f4a7c15);
	return mix(rng);
}

static double unit(uint64_t x)
{
	return ((double)(x >> 11) + 0.5) / 9007199254740992.0;
}

double workload_uniform(void)
{
	return unit(next());
}

/* Generalised extreme value distribution: sizes of ETC keys. */
static unsigned etc_key_size(uint32_t k)
{
	double u = unit(mix(k * 2ull + 1));
	double v = 30.7984 + 8.20449 * (pow(-log(u), -0.078688) - 1) / 0.078688;

	return v < 20 ? 20 : v > 70 ? 70 : (unsigned)v;
}

/* Generalised Pareto distribution: sizes of ETC values. */
static unsigned etc_value_size(uint32_t k)
{
	double u = unit(mix(k * 2ull + 2));
	double v = 214.476 * (pow(1 - u, -0.348238) - 1) / 0.348238;

	return v < 1 ? 1 : v > 1024 ? 1024 : (unsigned)v;
}

int workload_init(const struct load_opts *o)
{
	uint32_t k;

	opts = o;
	rng = o->seed;
	free(etc);
	etc = NULL;
	if (o->kind != LOAD_ETC)
		return 0;
	etc = malloc(o->keys * sizeof(*etc));
	if (!etc)
		return -ENOMEM;
	for (k = 0; k < o->keys; k++) {
		etc[k].key = (uint16_t)etc_key_size(k);
		etc[k].value = (uint16_t)etc_value_size(k);
	}
	return 0;
}

static unsigned key_size(uint32_t k)
{
	switch (opts->kind) {
	case LOAD_ETC:
		return etc[k].key;
	case LOAD_USR:
		return 19;
	default:
		return opts->key_size;
	}
}

/* The number, padded with zeros on the left. */
unsigned workload_key(uint32_t k, char *out)
{
	unsigned size = key_size(k), i;

	memset(out, '0', size);
	for (i = size; k && i; k /= 10)
		out[--i] = (char)('0' + k % 10);
	return size;
}

unsigned workload_value_size(uint32_t k)
{
	switch (opts->kind) {
	case LOAD_ETC:
		return etc[k].value;
	case LOAD_USR:
		return 2;
	default:
		return opts->value_size;
	}
}

static char value_byte(uint64_t word, unsigned i)
{
	return (char)('!' + (word >> (i % 8 * 8) & 63));
}

void workload_value(uint32_t k, char *out, unsigned size)
{
	uint64_t word = 0;
	unsigned i;

	for (i = 0; i < size; i++) {
		if (i % 8 == 0)
			word = mix((uint64_t)k << 32 | i);
		out[i] = value_byte(word, i);
	}
}

bool workload_value_ok(uint32_t k, const char *p, unsigned size)
{
	uint64_t word = 0;
	unsigned i;

	for (i = 0; i < size; i++) {
		if (i % 8 == 0)
			word = mix((uint64_t)k << 32 | i);
		if (p[i] != value_byte(word, i))
			return false;
	}
	return true;
}

uint32_t workload_pick(void)
{
	return (uint32_t)(((next() >> 32) * opts->keys) >> 32);
}

bool workload_is_get(void)
{
	static const double own[] = {
		[LOAD_ETC] = 0.75, [LOAD_USR] = 0.99, [LOAD_FIXED] = 0.9
	};
	double r = opts->get_ratio < 0 ? own[opts->kind] : opts->get_ratio;

	return workload_uniform() < r;
}
