// SPDX-License-Identifier: MIT
/*
 * claim.c - who drives an elastic thread, and whom that concerns
 */
#include "base/branch.h"
#include "base/units.h"
#include "libix/share/app.h"

/*
 * After a round of e by a thread of the program: whoever sleeps for e may
 * have to look at a new deadline, or at events that a round without them left (a
 * datagram to ourselves).
 */
void ix_drive_check(struct ix_et *e)
{
	uint32_t armed = e->armed;

	if (!armed) {
		if (unlikely(e->owner_asleep)) {
			e->owner_asleep = 0;
			ix_ring(ix_self.boot.fds.owner_wake);
		}
	} else if (e->ctx.more || e->ctx.next_timer_ns < e->armed_deadline) {
		ix_wake((int)armed - 1);
	}
}

void ix_relieve(struct ix_et *e)
{
	uint32_t armed = e->armed;

	e->armed = 0;
	ix_self.dp->disarm(e->id);
	ix_wake((int)armed - 1);
}

void ix_claim(unsigned et, bool polled)
{
	struct ix_et *e = ix_et(et);
	uint32_t me = (uint32_t)ix_slot() + 1, armed = e->armed;

	e->driver = me;
	e->claim_ns = e->ctx.now_ns;
	if (polled && armed && armed != me)
		ix_relieve(e);
}

/*
 * A sleeper that was called finds the driver away: that one computes, and on a
 * CPU that both share it would not come back while the sleeper spins.
 */
#define TAKE_OVER_NS (10 * NSEC_PER_MSEC)

bool ix_driven(unsigned et, bool napped)
{
	const struct ix_et *e = ix_et(et);

	return e->driver && e->driver != (uint32_t)ix_slot() + 1 &&
	       e->ctx.now_ns - e->claim_ns <
		       (napped ? TAKE_OVER_NS : IX_UNDRIVEN_NS);
}
