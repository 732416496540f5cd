/* SPDX-License-Identifier: MIT */
/*
 * round.h - calls that wait for the end of a round
 */
#ifndef IX_SHIM_ROUND_H
#define IX_SHIM_ROUND_H

#include <stdbool.h>

/* After a call of the program returned events of the stack, its writes wait
 * for the end of the round (the next wait). */
extern __thread bool in_round;

static inline void round_begin(void)
{
	in_round = true;
}

static inline bool round_active(void)
{
	return in_round;
}

/* What comes next issues what waits. */
static inline void round_leave(void)
{
	in_round = false;
}

/* Issue what waits; called at the start of every wait and by fork, exit. */
void round_end(void);

#endif
