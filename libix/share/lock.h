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
 * A lock in shared memory: spins briefly, then sleeps. A dead holder is
 * found out. Not recursive.
 */
struct ix_lock {
	uint32_t word;	  /* tid of the holder; bit 31: somebody sleeps */
	uint32_t waiters; /* threads that want it */
};
void ix_lock_take(struct ix_lock *l);
bool ix_lock_try(struct ix_lock *l);
void ix_lock_release(struct ix_lock *l);
/* tid of the caller, cached; ix_after_fork() renews it */
uint32_t ix_tid(void);

/*
 * A signal handler of the program must not run while a lock is held, for it may
 * call us: while ix_hold is not 0 the shim's handler only sets ix_signal_seen,
 * and ix_release_hook (if set) is called when the last ix_hold_begin() of the
 * thread is ended.
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
