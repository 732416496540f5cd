// SPDX-License-Identifier: MIT
/*
 * lock.c - locks in memory that processes share, and what is put off meanwhile
 */
#include "libix/share/app.h"
#include "base/raw.h"
#include "base/thread.h"
#include "base/tidlock.h"

#define YIELD_SPIN 200

__thread int ix_hold;
__thread volatile int ix_signal_seen;
void (*ix_release_hook)(void);

__thread uint32_t ix_self_tid;

uint32_t ix_tid(void)
{
	if (unlikely(!ix_self_tid))
		ix_self_tid = (uint32_t)raw_call(SYS_gettid);
	return ix_self_tid;
}

bool ix_lock_try(struct ix_lock *l)
{
	return tidlock_try(&l->word, ix_tid());
}

void ix_lock_take(struct ix_lock *l)
{
	uint32_t tid = ix_tid();

	if (likely(tidlock_try(&l->word, tid)))
		return;
	__atomic_add_fetch(&l->waiters, 1, __ATOMIC_RELAXED);
	if (!tidlock_spin(&l->word, tid))
		tidlock_sleep(&l->word, tid, TIDLOCK_FOREVER, PROC_BY_NAME);
	__atomic_sub_fetch(&l->waiters, 1, __ATOMIC_RELAXED);
}

void ix_lock_release(struct ix_lock *l)
{
	tidlock_release(&l->word);
}

void ix_et_lock(unsigned et)
{
	ix_hold_begin();
	ix_lock_take(&ix_et(et)->lock);
}

bool ix_et_trylock(unsigned et)
{
	ix_hold_begin();
	if (ix_lock_try(&ix_et(et)->lock))
		return true;
	ix_hold_end();
	return false;
}

void ix_et_unlock(unsigned et)
{
	ix_lock_release(&ix_et(et)->lock);
	ix_hold_end();
}

void ix_et_yield(unsigned et)
{
	struct ix_lock *l = &ix_et(et)->lock;
	int spin;

	for (spin = 0; spin < YIELD_SPIN; spin++) {
		if (!__atomic_load_n(&l->waiters, __ATOMIC_RELAXED) ||
		    __atomic_load_n(&l->word, __ATOMIC_RELAXED))
			return;
		__builtin_ia32_pause();
	}
}
