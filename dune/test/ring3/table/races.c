// SPDX-License-Identifier: MIT
/*
 * races - words that another thread changes while a call is made
 *
 * The thread runs on the caller's processor and is more urgent: it takes the
 * processor at any instant of the call, and in the midst of it.
 */
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../hole.h"
#include "table.h"

#define TRIES 40

static pthread_t thread;
static atomic_int state; /* 0: it waits, 1: it changes the word, -1: it ends */
static struct {
	volatile char *at;
	uint16_t size;
	uint64_t value[2];
} flip;

static void pause_ns(long ns)
{
	nanosleep(&(struct timespec){ 0, ns }, NULL);
}

static void put(unsigned which)
{
	const uint64_t v = flip.value[which];

	if (flip.size == 2)
		*(volatile uint16_t *)flip.at = (uint16_t)v;
	else if (flip.size == 4)
		*(volatile uint32_t *)flip.at = (uint32_t)v;
	else
		*(volatile uint64_t *)flip.at = v;
}

static void *changes(void *arg)
{
	struct sched_param urgent = { .sched_priority = 1 };
	unsigned n = 0;

	(void)arg;
	sched_setscheduler(0, SCHED_FIFO, &urgent);
	while (atomic_load(&state) >= 0) {
		if (!atomic_load(&state)) {
			pause_ns(200000);
			continue;
		}
		put(n++ & 1);
		pause_ns(20000 + (long)(n * 2654435761u >> 13));
	}
	return NULL;
}

int races_start(void)
{
	cpu_set_t here;

	CPU_ZERO(&here);
	CPU_SET(sched_getcpu(), &here);
	sched_setaffinity(0, sizeof(here), &here);
	return pthread_create(&thread, NULL, changes, NULL);
}

void races_stop(void)
{
	atomic_store(&state, -1);
	pthread_join(thread, NULL);
}

static void complain(const struct variant *v, const char *name, int arg,
		     long ret)
{
	const struct pointer p = { v, name, arg, 0, 0, 0 };

	cell_complain(KIND_RACE, v, &p, "a word that changes",
		      "the host's memory has changed", ret);
}

/* The word is as a good call has it, or bad. */
static void race(const struct variant *v, const char *name, int arg,
		 uint16_t at, uint16_t size, uint64_t bad)
{
	struct frame f;
	long ret;
	int i;

	counts_begin(&f, v);
	flip.at = areas + arg * AREA + at;
	flip.size = size;
	flip.value[0] = 0;
	memcpy(&flip.value[0], (const void *)flip.at, size);
	flip.value[1] = bad;
	for (i = 0; i < TRIES; i++) {
		counts_begin(&f, v);
		atomic_store(&state, 1);
		ret = hole_call(v->row->nr, f.a);
		atomic_store(&state, 0);
		setup_after(v, f.a, ret);
		if (!hole_intact())
			complain(v, name, arg, ret);
	}
}

void races_of(const struct variant *v)
{
	struct count_at c[COUNTS_MAX];
	struct pointer p[POINTERS_MAX];
	unsigned n = counts_in(v, c), i;

	for (i = 0; i < n; i++)
		if (c[i].at && !excluded(v, c[i].arg, KIND_RACE) &&
		    cell(KIND_RACE))
			race(v, c[i].name, c[i].arg, c[i].at, c[i].size,
			     c[i].bad[0]);
	n = frame_pointers(v, p);
	for (i = 0; i < n; i++)
		if (p[i].at && !excluded(v, p[i].arg, KIND_RACE) &&
		    cell(KIND_RACE))
			race(v, p[i].name, p[i].arg, p[i].at, 8,
			     targets[0].addr);
}
