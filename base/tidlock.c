// SPDX-License-Identifier: MIT
/*
 * tidlock.c - waiting for a lock, and holders that died
 */
#include "base/tidlock.h"

#include <errno.h>
#include <linux/futex.h>
#include <stddef.h>

#include "base/raw.h"
#include "base/thread.h"
#include "base/timespec.h"

#define SPINS 400		    /* pauses before sleeping, about 10 us */
#define NAP_NS (10 * NSEC_PER_MSEC) /* then look whether the holder lives */

bool tidlock_spin(uint32_t *word, uint32_t tid)
{
	int i;

	for (i = 0; i < SPINS; i++) {
		if (tidlock_holder(word) == 0 && tidlock_try(word, tid))
			return true;
		__builtin_ia32_pause();
	}
	return false;
}

static bool take_over(uint32_t *word, uint32_t tid, uint32_t seen, int proc)
{
	if (!thread_dead(proc, seen & ~TIDLOCK_SLEEPERS))
		return false;
	return __atomic_compare_exchange_n(word, &seen, tid | TIDLOCK_SLEEPERS,
					   false, __ATOMIC_ACQUIRE,
					   __ATOMIC_RELAXED);
}

bool tidlock_reap(uint32_t *word, uint32_t tid, int proc)
{
	uint32_t seen = __atomic_load_n(word, __ATOMIC_RELAXED);

	return (seen & ~TIDLOCK_SLEEPERS) && take_over(word, tid, seen, proc);
}

void tidlock_wake(uint32_t *word)
{
	raw_call(SYS_futex, word, FUTEX_WAKE, 1, NULL, NULL, 0);
}

/* Take a free lock, saying that others may still sleep on it. */
static bool try_as_sleeper(uint32_t *word, uint32_t tid, uint32_t *seen)
{
	*seen = __atomic_load_n(word, __ATOMIC_RELAXED);
	while (!(*seen & ~TIDLOCK_SLEEPERS))
		if (__atomic_compare_exchange_n(
			    word, seen, tid | TIDLOCK_SLEEPERS, false,
			    __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
			return true;
	return false;
}

static bool announce(uint32_t *word, uint32_t *seen)
{
	uint32_t want = *seen | TIDLOCK_SLEEPERS;

	if (*seen != want &&
	    !__atomic_compare_exchange_n(word, seen, want, false,
					 __ATOMIC_RELAXED, __ATOMIC_RELAXED))
		return false;
	*seen = want;
	return true;
}

static void nap(uint32_t *word, uint32_t seen, uint64_t ns)
{
	struct timespec ts = { .tv_nsec = ns < NAP_NS ? (long)ns : NAP_NS };

	raw_call(SYS_futex, word, FUTEX_WAIT, seen, &ts, NULL, 0);
}

int tidlock_sleep(uint32_t *word, uint32_t tid, uint64_t wait_ns, int proc)
{
	uint64_t start = monotonic_ns(), since = start, now;
	uint32_t seen, holder = 0;

	while (!try_as_sleeper(word, tid, &seen)) {
		now = monotonic_ns();
		if (now - start >= wait_ns)
			return -ETIMEDOUT;
		if ((seen & ~TIDLOCK_SLEEPERS) != holder) {
			holder = seen & ~TIDLOCK_SLEEPERS;
			since = now;
		}
		if (now - since >= NAP_NS) {
			if (take_over(word, tid, seen, proc))
				return TIDLOCK_DEAD;
			since = now;
		}
		if (announce(word, &seen))
			nap(word, seen, wait_ns - (now - start));
	}
	return TIDLOCK_TAKEN;
}
