/* SPDX-License-Identifier: MIT */
/*
 * lock.h - locks in shared memory, and what is put off while one is held
 */
#ifndef IX_SHARE_LOCK_H
#define IX_SHARE_LOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/branch.h"

/*
 * A lock in shared memory: a waiter spins briefly, then sleeps. If the holder
 * has died, a waiter takes the lock over. Not recursive.
 */
struct ix_lock {
	uint32_t word;	  /* tid of the holder; bit 31: somebody sleeps */
	uint32_t waiters; /* number of threads that wait for it */
};
void ix_lock_take(struct ix_lock *l);
bool ix_lock_try(struct ix_lock *l);
void ix_lock_release(struct ix_lock *l);
/* The caller's thread id, cached; ix_after_fork() has it asked for again. */
uint32_t ix_tid(void);

/*
 * A signal handler of the program must not run while a lock is held, for it may
 * call us. So while ix_hold is not 0 the shim's handler only notes the signal
 * and sets ix_signal_seen; the last ix_hold_end() of the thread then calls
 * ix_release_hook (if set), which runs the program's.
 */
extern __thread int ix_hold;
extern __thread volatile int ix_signal_seen;
extern void (*ix_release_hook)(void);

static inline void ix_hold_begin(void)
{
	ix_hold++;
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
}

static inline void ix_hold_end(void)
{
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	if (--ix_hold == 0 && unlikely(ix_signal_seen) && ix_release_hook)
		ix_release_hook();
}

#endif
