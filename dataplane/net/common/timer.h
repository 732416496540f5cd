/* SPDX-License-Identifier: MIT */
/*
 * timer.h - hierarchical timing wheel: O(1) arm and disarm
 *
 * Source: Varghese and Lauck, "Hashed and hierarchical timing wheels", 1987.
 */
#ifndef IX_NET_TIMER_H
#define IX_NET_TIMER_H

#include <stddef.h>
#include <stdint.h>

struct net;

#define TIMER_LEVELS 4
#define TIMER_SLOT_BITS 8
#define TIMER_SLOTS (1u << TIMER_SLOT_BITS)
#define TIMER_TICK_SHIFT 20 /* one tick: 2^20 ns, 1.05 ms */

/* An intrusive timer. A zeroed one is disarmed. */
struct timer {
	struct timer *next, **pprev; /* pprev NULL: not armed */
	uint64_t expires_ns;
	void (*fn)(struct net *n, struct timer *t);
};

struct timer_wheel {
	uint64_t tick;	/* last tick that was run */
	uint32_t armed; /* number of armed timers */
	uint32_t reserved;
	uint64_t occupied[TIMER_LEVELS][TIMER_SLOTS / 64]; /* slot bitmap */
	struct timer *slot[TIMER_LEVELS][TIMER_SLOTS];
};

void timer_wheel_init(struct timer_wheel *w, uint64_t now_ns);

/* Arm t, or move it if it is armed. It fires at the first tick at or after
 * expires_ns. t->fn must be set. */
void timer_arm(struct timer_wheel *w, struct timer *t, uint64_t expires_ns);
void timer_disarm(struct timer_wheel *w, struct timer *t);

static inline int timer_armed(const struct timer *t)
{
	return t->pprev != NULL;
}

/* Fire all timers due at now_ns; returns how many. */
unsigned timer_run(struct timer_wheel *w, struct net *n, uint64_t now_ns);

/* The time in ns at which the earliest timer fires, or an earlier one;
 * UINT64_MAX: no timer is armed. */
uint64_t timer_next(const struct timer_wheel *w);

#endif
