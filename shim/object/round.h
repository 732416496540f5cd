/* SPDX-License-Identifier: MIT */
/*
 * round.h - batched calls that wait for the end of the program's round
 */
#ifndef IX_SHIM_ROUND_H
#define IX_SHIM_ROUND_H

#include <stdbool.h>

/* Set once epoll_wait() has returned events of the stack to this thread: what
 * it writes is gathered, and sent together when it waits next. */
extern __thread bool in_round;

static inline void round_begin(void)
{
	in_round = true;
}

static inline bool round_active(void)
{
	return in_round;
}

/* End the round; the caller drives next, which issues what was gathered. */
static inline void round_leave(void)
{
	in_round = false;
}

/* End the round and issue what was gathered. Called before waits that do not
 * drive, and before fork, exec and exit. */
void round_end(void);

#endif
