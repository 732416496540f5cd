// SPDX-License-Identifier: MIT
/*
 * round.c - calls that wait for the end of a round
 */
#include "ix/libix.h"
#include "shim/object/round.h"

__thread bool in_round;

void round_end(void)
{
	unsigned et;

	if (!in_round)
		return;
	in_round = false;
	et = ix_home();
	ix_et_lock(et);
	ix_drive(et, 0);
	ix_et_unlock(et);
	ix_flush_others(et);
}
