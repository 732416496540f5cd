/* SPDX-License-Identifier: MIT */
/*
 * tidlock.h - a lock that is one word in memory that processes share
 *
 * The word is the thread id of the holder, so that a waiter can find out that
 * the holder was killed, and take the lock over. Bit 31 says that somebody
 * sleeps on the word. The lock is not recursive.
 */
#ifndef IX_BASE_TIDLOCK_H
#define IX_BASE_TIDLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/branch.h"

#define TIDLOCK_SLEEPERS 0x80000000u
#define TIDLOCK_FOREVER UINT64_MAX

/* Results of tidlock_sleep() besides -ETIMEDOUT. */
#define TIDLOCK_TAKEN 0
#define TIDLOCK_DEAD 1 /* taken from a holder that died */

/* Look at the word for about 10 us; false: it was not free. tid: the caller's,
 * here and below. */
bool tidlock_spin(uint32_t *word, uint32_t tid);
/* Sleep on the word until it is free or its holder dead, at most wait_ns. proc:
 * where thread_dead() looks for the holder. */
int tidlock_sleep(uint32_t *word, uint32_t tid, uint64_t wait_ns, int proc);
/* Take it if its holder is dead. */
bool tidlock_reap(uint32_t *word, uint32_t tid, int proc);
/* Wake one that sleeps on the word. */
void tidlock_wake(uint32_t *word);

/* The thread id of the holder; 0: it is free. */
static inline uint32_t tidlock_holder(const uint32_t *word)
{
	return __atomic_load_n(word, __ATOMIC_RELAXED) & ~TIDLOCK_SLEEPERS;
}

static inline bool tidlock_try(uint32_t *word, uint32_t tid)
{
	uint32_t none = 0;

	return __atomic_compare_exchange_n(word, &none, tid, false,
					   __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
}

/* An exchange and not a store: a sleeper may come between look and store. */
static inline void tidlock_release(uint32_t *word)
{
	uint32_t was = __atomic_exchange_n(word, 0, __ATOMIC_RELEASE);

	if (unlikely(was & TIDLOCK_SLEEPERS))
		tidlock_wake(word);
}

#endif
