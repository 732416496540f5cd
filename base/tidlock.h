/* SPDX-License-Identifier: MIT */
/*
 * tidlock.h - a lock that is one word in memory that processes share
 *
 * The word is the thread id of the holder, or 0 if the lock is free. So a
 * waiter can find out that the holder was killed, and take the lock over. Bit
 * 31 says that a thread may sleep on the word, which is a futex. The lock is
 * not recursive.
 */
#ifndef IX_BASE_TIDLOCK_H
#define IX_BASE_TIDLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/branch.h"

#define TIDLOCK_SLEEPERS 0x80000000u
#define TIDLOCK_FOREVER UINT64_MAX

/* Results of tidlock_sleep() besides -ETIMEDOUT: the caller has the lock. */
#define TIDLOCK_TAKEN 0 /* it was free */
#define TIDLOCK_DEAD 1	/* it was taken over from a holder that died */

/* In all functions tid is the caller's thread id, and proc an argument for
 * thread_dead(). */

/* Try to take the lock for about 10 us, without sleeping. Returns whether the
 * caller has it. */
bool tidlock_spin(uint32_t *word, uint32_t tid);
/* Sleep until the lock is free or its holder dead, and take it. Returns one of
 * the results above, or -ETIMEDOUT after wait_ns. */
int tidlock_sleep(uint32_t *word, uint32_t tid, uint64_t wait_ns, int proc);
/* Take the lock if its holder is dead. Returns whether the caller has it. */
bool tidlock_reap(uint32_t *word, uint32_t tid, int proc);
/* Wake one thread that sleeps on the word. */
void tidlock_wake(uint32_t *word);

/* The thread id of the holder; 0 if the lock is free. */
static inline uint32_t tidlock_holder(const uint32_t *word)
{
	return __atomic_load_n(word, __ATOMIC_RELAXED) & ~TIDLOCK_SLEEPERS;
}

/* Take the lock if it is free and nobody sleeps on it. */
static inline bool tidlock_try(uint32_t *word, uint32_t tid)
{
	uint32_t none = 0;

	return __atomic_compare_exchange_n(word, &none, tid, false,
					   __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
}

/* Release the lock. It is an exchange, since a thread may set the bit of
 * sleepers between a load of the word and a store to it. */
static inline void tidlock_release(uint32_t *word)
{
	uint32_t was = __atomic_exchange_n(word, 0, __ATOMIC_RELEASE);

	if (unlikely(was & TIDLOCK_SLEEPERS))
		tidlock_wake(word);
}

#endif
