/* SPDX-License-Identifier: MIT */
/*
 * lease.h - who drives an ethread: a lock of base/tidlock.h that counts
 */
#ifndef IX_CORE_LEASE_H
#define IX_CORE_LEASE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/tidlock.h"

#define LEASE_FOREVER TIDLOCK_FOREVER

struct lease {
	uint32_t word;
	uint32_t contended; /* takes that had to wait */
	uint32_t recovered; /* takes from a dead holder */
};

/* Results of lease_take() besides -ETIMEDOUT and -EDEADLK. */
#define LEASE_TAKEN TIDLOCK_TAKEN
#define LEASE_DEAD \
	TIDLOCK_DEAD /* taken from a holder that died in the middle */

/* Wait at most wait_ns. tid: of the caller. */
int lease_take_slow(struct lease *l, uint32_t tid, uint64_t wait_ns);
/* Take it if its holder is dead; LEASE_DEAD, or -EBUSY. */
int lease_reap(struct lease *l, uint32_t tid);

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
	return tidlock_holder(&l->word);
}

static inline bool lease_try(struct lease *l, uint32_t tid)
{
	return tidlock_try(&l->word, tid);
}

static inline int lease_take(struct lease *l, uint32_t tid, uint64_t wait_ns)
{
	if (likely(lease_try(l, tid)))
		return LEASE_TAKEN;
	return lease_take_slow(l, tid, wait_ns);
}

static inline void lease_release(struct lease *l)
{
	tidlock_release(&l->word);
}

#endif
