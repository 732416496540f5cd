// SPDX-License-Identifier: MIT
/*
 * timer.c - hierarchical timing wheel
 *
 * A timer lies in the level of the highest base-256 digit in which its tick
 * differs from the wheel's, in the slot of its own digit there. So a level
 * has no slot behind the wheel (the top level wraps instead), each level is
 * wholly later than the one below, and the first occupied slot of the lowest
 * occupied level holds the earliest timer.
 *
 * A deadline is rounded up to a tick; that is when it fires, and what
 * timer_next() reports, so that a sleeper never wakes just before it.
 */
#include <stddef.h>
#include <string.h>

#include "net/common/timer.h"

#define SLOT_MASK (TIMER_SLOTS - 1)
#define TOP (TIMER_LEVELS - 1)
#define TOP_SHIFT (TOP * TIMER_SLOT_BITS)
#define SCAN_MAX 32 /* timers of one slot that timer_next() looks at */

struct wheel_pos {
	unsigned level, slot;
};

static uint64_t deadline_tick(uint64_t ns)
{
	uint64_t rest = ns & ((UINT64_C(1) << TIMER_TICK_SHIFT) - 1);

	return (ns >> TIMER_TICK_SHIFT) + (rest != 0);
}

/* e is later than the wheel's tick. */
static struct wheel_pos position(const struct timer_wheel *w, uint64_t e)
{
	unsigned level =
		(unsigned)(63 - __builtin_clzll(e ^ w->tick)) / TIMER_SLOT_BITS;
	uint64_t top;

	if (level < TOP)
		return (struct wheel_pos){
			level,
			(unsigned)(e >> (level * TIMER_SLOT_BITS)) & SLOT_MASK
		};
	top = e >> TOP_SHIFT;
	if (top - (w->tick >> TOP_SHIFT) > SLOT_MASK)
		top = (w->tick >> TOP_SHIFT) + SLOT_MASK; /* cascades again */
	return (struct wheel_pos){ TOP, (unsigned)top & SLOT_MASK };
}

static void link_timer(struct timer **head, struct timer *t)
{
	t->next = *head;
	t->pprev = head;
	if (t->next)
		t->next->pprev = &t->next;
	*head = t;
}

static void wheel_link(struct timer_wheel *w, struct timer *t, uint64_t e)
{
	struct wheel_pos p = position(w, e);

	link_timer(&w->slot[p.level][p.slot], t);
	w->occupied[p.level][p.slot / 64] |= UINT64_C(1) << (p.slot % 64);
}

/* The first slot >= from of this level, or TIMER_SLOTS. */
static unsigned next_slot(const uint64_t *occupied, unsigned from)
{
	unsigned word = from / 64;
	uint64_t bits;

	if (from >= TIMER_SLOTS)
		return TIMER_SLOTS;
	bits = occupied[word] & (UINT64_MAX << (from % 64));
	while (!bits) {
		if (++word == TIMER_SLOTS / 64)
			return TIMER_SLOTS;
		bits = occupied[word];
	}
	return word * 64 + (unsigned)__builtin_ctzll(bits);
}

/* The earliest occupied slot and the tick at which it begins; 0: none. */
static int first_slot(const struct timer_wheel *w, struct wheel_pos *pos_out,
		      uint64_t *tick_out)
{
	for (unsigned l = 0; l < TIMER_LEVELS; l++) {
		unsigned shift = l * TIMER_SLOT_BITS;
		uint64_t digits = w->tick >> shift;
		unsigned at = (unsigned)digits & SLOT_MASK;
		unsigned s = next_slot(w->occupied[l], at + 1);

		if (s == TIMER_SLOTS && l == TOP)
			s = next_slot(w->occupied[l], 0);
		if (s == TIMER_SLOTS)
			continue;
		*pos_out = (struct wheel_pos){ l, s };
		*tick_out = (digits + ((s - at) & SLOT_MASK)) << shift;
		return 1;
	}
	return 0;
}

void timer_wheel_init(struct timer_wheel *w, uint64_t now_ns)
{
	memset(w, 0, sizeof(*w));
	w->tick = now_ns >> TIMER_TICK_SHIFT;
}

void timer_disarm(struct timer_wheel *w, struct timer *t)
{
	struct timer **head = &w->slot[0][0];
	size_t i;

	if (!t->pprev)
		return;
	*t->pprev = t->next;
	if (t->next)
		t->next->pprev = t->pprev;
	else if (t->pprev >= head &&
		 t->pprev < head + TIMER_LEVELS * TIMER_SLOTS) {
		i = (size_t)(t->pprev - head);
		w->occupied[i / TIMER_SLOTS][i % TIMER_SLOTS / 64] &=
			~(UINT64_C(1) << (i % 64));
	}
	t->next = NULL;
	t->pprev = NULL;
	w->armed--;
}

void timer_arm(struct timer_wheel *w, struct timer *t, uint64_t expires_ns)
{
	uint64_t e = deadline_tick(expires_ns);

	timer_disarm(w, t);
	t->expires_ns = expires_ns;
	wheel_link(w, t, e > w->tick ? e : w->tick + 1);
	w->armed++;
}

/* Move the timers of a slot to the list that ends at tail (those that are
 * due at the wheel's tick) or to a lower level. Returns the new tail. */
static struct timer **empty_slot(struct timer_wheel *w, struct wheel_pos p,
				 struct timer **tail)
{
	struct timer *t = w->slot[p.level][p.slot], *next;

	w->slot[p.level][p.slot] = NULL;
	w->occupied[p.level][p.slot / 64] &= ~(UINT64_C(1) << (p.slot % 64));
	for (; t; t = next) {
		uint64_t e = deadline_tick(t->expires_ns);

		next = t->next;
		if (e > w->tick) {
			wheel_link(w, t, e);
			continue;
		}
		link_timer(tail, t);
		tail = &t->next;
	}
	return tail;
}

/*
 * First gather all that is due, then fire: what fn arms is relative to the
 * new tick, and what it disarms may be on the list of the due.
 */
unsigned timer_run(struct timer_wheel *w, struct net *n, uint64_t now_ns)
{
	uint64_t target = now_ns >> TIMER_TICK_SHIFT, tick;
	struct timer *due = NULL, **tail = &due, *t;
	struct wheel_pos p;
	unsigned fired = 0;

	if (target <= w->tick)
		return 0;
	while (first_slot(w, &p, &tick) && tick <= target) {
		w->tick = tick;
		tail = empty_slot(w, p, tail);
	}
	w->tick = target;
	while ((t = due)) {
		timer_disarm(w, t);
		t->fn(n, t);
		fired++;
	}
	return fired;
}

uint64_t timer_next(const struct timer_wheel *w)
{
	uint64_t tick, first = UINT64_MAX;
	const struct timer *t;
	struct wheel_pos p;
	unsigned scanned = 0;

	if (!first_slot(w, &p, &tick))
		return UINT64_MAX;
	for (t = w->slot[p.level][p.slot]; t && p.level; t = t->next) {
		uint64_t e = deadline_tick(t->expires_ns);

		if (e < first)
			first = e;
		if (++scanned == SCAN_MAX)
			break;
	}
	if (p.level && !t && first > tick)
		tick = first;
	if (tick > UINT64_MAX >> TIMER_TICK_SHIFT)
		return UINT64_MAX - 1;
	return tick << TIMER_TICK_SHIFT;
}
