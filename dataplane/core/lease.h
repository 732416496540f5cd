/* SPDX-License-Identifier: MIT */
/*
 * lease.h - who drives an ethread: one word in memory that processes share
 *
 * The word is the tid of the driver, so that a waiter can find out that it was
 * killed. Bit 31 says that somebody sleeps on the word. A lease is not
 * recursive.
 */
#ifndef IX_CORE_LEASE_H
#define IX_CORE_LEASE_H

#include <stdbool.h>
#include <stdint.h>

#define LEASE_SLEEPERS 0x80000000u
#define LEASE_FOREVER UINT64_MAX

struct lease {
	uint32_t word;
	uint32_t contended; /* takes that had to wait */
	uint32_t recovered; /* takes from a dead holder */
};

/* Results of lease_take() besides -ETIMEDOUT and -EDEADLK. */
#define LEASE_TAKEN 0
#define LEASE_DEAD 1 /* taken from a holder that died in the middle */

/* Wait at most wait_ns. tid: of the caller. */
int lease_take_slow(struct lease *l, uint32_t tid, uint64_t wait_ns);
/* Take it if its holder is dead; LEASE_DEAD, or -EBUSY. */
int lease_reap(struct lease *l, uint32_t tid);
void lease_wake(struct lease *l);

/* Is the thread gone, or a zombie? */
bool lease_holder_dead(uint32_t tid);
/* By a signal, or in a debugger? */
bool lease_thread_stopped(uint32_t tid);
/* Look threads up under this directory fd from now on (a program may chroot
 * away from /proc). */
void lease_set_proc(int dirfd);
/* This process shares its descriptors with a hostile program, which could put
 * another file in the place of one that tells of a thread: a holder that has died
 * is found by the owner, or once nothing is left of it. */
void lease_distrust_descriptors(void);

/* The caller's thread id, cached. */
uint32_t lease_tid(void);
/* After a fork, in the child. */
void lease_tid_reset(void);

static inline uint32_t lease_holder(const struct lease *l)
{
	return __atomic_load_n(&l->word, __ATOMIC_RELAXED) & ~LEASE_SLEEPERS;
}

static inline bool lease_try(struct lease *l, uint32_t tid)
{
	uint32_t none = 0;

	return __atomic_compare_exchange_n(&l->word, &none, tid, false,
					   __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
}

static inline int lease_take(struct lease *l, uint32_t tid, uint64_t wait_ns)
{
	if (__builtin_expect(lease_try(l, tid), 1))
		return LEASE_TAKEN;
	return lease_take_slow(l, tid, wait_ns);
}

/* An exchange and not a store: a sleeper may come between look and store. */
static inline void lease_release(struct lease *l)
{
	uint32_t was = __atomic_exchange_n(&l->word, 0, __ATOMIC_RELEASE);

	if (__builtin_expect(was & LEASE_SLEEPERS, 0))
		lease_wake(l);
}

#endif
