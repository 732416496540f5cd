/* SPDX-License-Identifier: MIT */
/*
 * lease.h - who drives an elastic thread: a lock of base/tidlock.h with
 * counters
 */
#ifndef IX_CORE_LEASE_H
#define IX_CORE_LEASE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/tidlock.h"

#define LEASE_FOREVER TIDLOCK_FOREVER

struct lease {
	uint32_t word;	    /* of base/tidlock.h: the holder's thread id */
	uint32_t contended; /* how often a take had to wait */
	uint32_t recovered; /* how often it was taken from a dead holder */
};

/* Results of lease_take() besides -ETIMEDOUT and -EDEADLK. */
#define LEASE_TAKEN TIDLOCK_TAKEN
#define LEASE_DEAD \
	TIDLOCK_DEAD /* taken from a holder that died in the middle */

/* The part of lease_take() that waits, at most wait_ns. tid: the caller's. */
int lease_take_slow(struct lease *l, uint32_t tid, uint64_t wait_ns);
/* Take the lease only if its holder is dead: LEASE_DEAD, or -EBUSY. */
int lease_reap(struct lease *l, uint32_t tid);

/* Is the thread gone, or a zombie? */
bool lease_holder_dead(uint32_t tid);
/* Is the thread stopped, by a signal or a debugger? */
bool lease_thread_stopped(uint32_t tid);
/* Use dirfd, a descriptor of /proc, to look threads up from now on, as the
 * program may chroot() away from it. */
void lease_set_proc(int dirfd);
/* This process shares its descriptors with a hostile program, which could
 * replace a file of /proc by another one. So /proc is not read from now on:
 * that a zombie holds a lease is left to the owner to find out. */
void lease_distrust_descriptors(void);

/* The caller's thread id, cached. */
uint32_t lease_tid(void);
/* Forget the cached id; to be called in the child after a fork. */
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
