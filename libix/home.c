// SPDX-License-Identifier: MIT
/*
 * home.c - which elastic threads a thread of the program drives
 *
 * Each has a home, in turn. An elastic thread that nobody drives is adopted
 * by those that look: the one that did so last goes on, until its own drives.
 */
#include "base/branch.h"
#include "libix/share/app.h"

static __thread unsigned self_home; /* + 1 */

unsigned ix_home(void)
{
	uint32_t n = ix_self.boot.info.nethreads;
	int slot;

	if (n == 1)
		return 0;
	if (unlikely(!self_home)) {
		self_home = __atomic_fetch_add(&ix_self.app->homes, 1,
					       __ATOMIC_RELAXED) %
				    n +
			    1;
		slot = ix_slot();
		if (slot >= 0)
			ix_self.app->slot[slot].home = self_home;
	}
	return self_home - 1;
}

void ix_home_reset(void)
{
	self_home = 0;
	ix_marked = 0;
}

static bool is_orphan(const struct ix_et *e, uint32_t me, uint64_t now)
{
	uint32_t armed = __atomic_load_n(&e->armed, __ATOMIC_RELAXED);

	if (armed)
		return armed == me;
	if (__atomic_load_n(&e->adopter, __ATOMIC_RELAXED) == me)
		return true;
	return ix_unpolled(e, now);
}

void ix_flush_others(unsigned home)
{
	uint32_t marked = ix_marked & ~(1u << home);
	unsigned et;

	for (; marked; marked &= marked - 1) {
		et = (unsigned)__builtin_ctz(marked);
		ix_et_lock(et);
		ix_drive(et, 0);
		ix_et_unlock(et);
	}
}

int ix_drive_others(unsigned home)
{
	uint32_t me = (uint32_t)ix_slot() + 1, et;
	uint64_t now = ix_et(home)->ctx.now_ns;
	int n = 0;

	ix_et(home)->adopter = 0;
	ix_flush_others(home);
	for (et = 0; et < ix_self.boot.info.nethreads; et++) {
		struct ix_et *e = ix_et(et);

		if (et == home || !is_orphan(e, me, now) || !ix_et_trylock(et))
			continue;
		e->adopter = me;
		n += ix_drive(et, IX_DRIVE_POLL);
		ix_et_unlock(et);
	}
	return n;
}

/* Does slot me live at e, and the one that sleeps on it elsewhere? */
static bool is_guest(const struct ix_et *e, uint32_t armed, uint32_t me)
{
	const struct ix_slot *slot = ix_self.app->slot;
	uint32_t host = e->id + 1;

	return slot[me - 1].home == host && slot[armed - 1].home &&
	       slot[armed - 1].home != host;
}

/* May the thread with slot me, which drives home, sleep on e's devices? */
bool ix_may_arm(const struct ix_et *e, unsigned home, uint32_t me)
{
	uint32_t armed = __atomic_load_n(&e->armed, __ATOMIC_RELAXED);

	if (e->id != home)
		return is_orphan(e, me, ix_et(home)->ctx.now_ns);
	if (ix_driven(home, false))
		return false;
	return !armed || is_guest(e, armed, me);
}
