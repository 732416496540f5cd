// SPDX-License-Identifier: MIT
/*
 * lock.c - a lock in memory that processes share
 *
 * The word holds the holder's tid, so that a waiter can find out that the
 * holder was killed; it then takes the lock over.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/raw.h"
#include "app.h"

#define LOCK_SLEEPERS 0x80000000u
#define LOCK_SPIN 400	     /* pauses before sleeping, about 10 us */
#define LOCK_NAP_NS 10000000 /* then look whether the holder lives */
#define YIELD_SPIN 200

__thread int ix_hold;
__thread volatile int ix_signal_seen;
void (*ix_release_hook)(void);

__thread uint32_t ix_self_tid;

uint32_t ix_tid(void)
{
	if (__builtin_expect(!ix_self_tid, 0))
		ix_self_tid = (uint32_t)raw_call(SYS_gettid);
	return ix_self_tid;
}

/* State field of /proc/TID/stat: a zombie holds its tid but runs no more. */
bool ix_holder_dead(uint32_t tid)
{
	char path[32], buf[256];
	const char *paren;
	long n;
	long fd;

	snprintf(path, sizeof(path), "/proc/%u/stat", tid);
	fd = raw_call(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return raw_call(SYS_kill, tid, 0) < 0 && errno == ESRCH;
	n = raw_call(SYS_read, fd, buf, sizeof(buf) - 1);
	raw_call(SYS_close, fd);
	if (n <= 0)
		return true;
	buf[n] = 0;
	paren = strrchr(buf, ')');
	return paren && paren + 2 < buf + n &&
	       (paren[2] == 'Z' || paren[2] == 'X');
}

static bool take(struct ix_lock *l, uint32_t bits)
{
	uint32_t want = __atomic_load_n(&l->word, __ATOMIC_RELAXED);

	if (want & ~LOCK_SLEEPERS)
		return false;
	return __atomic_compare_exchange_n(&l->word, &want,
					   ix_tid() | bits | want, false,
					   __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
}

bool ix_lock_try(struct ix_lock *l)
{
	return take(l, 0);
}

static bool take_from_dead(struct ix_lock *l, uint32_t seen)
{
	if (!ix_holder_dead(seen & ~LOCK_SLEEPERS))
		return false;
	return __atomic_compare_exchange_n(&l->word, &seen,
					   ix_tid() | LOCK_SLEEPERS, false,
					   __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
}

static void take_asleep(struct ix_lock *l)
{
	static const struct timespec nap = { .tv_nsec = LOCK_NAP_NS };
	uint32_t seen;
	long rc;

	while (!take(l, LOCK_SLEEPERS)) {
		seen = __atomic_load_n(&l->word, __ATOMIC_RELAXED);
		if (!(seen & ~LOCK_SLEEPERS))
			continue;
		if (!(seen & LOCK_SLEEPERS) &&
		    !__atomic_compare_exchange_n(
			    &l->word, &seen, seen | LOCK_SLEEPERS, false,
			    __ATOMIC_RELAXED, __ATOMIC_RELAXED))
			continue;
		seen |= LOCK_SLEEPERS;
		rc = raw_call(SYS_futex, &l->word, FUTEX_WAIT, seen, &nap, NULL,
			      0);
		if (rc < 0 && errno == ETIMEDOUT && take_from_dead(l, seen))
			return;
	}
}

void ix_lock_take(struct ix_lock *l)
{
	int spin;

	if (__builtin_expect(take(l, 0), 1))
		return;
	__atomic_add_fetch(&l->waiters, 1, __ATOMIC_RELAXED);
	for (spin = 0; spin < LOCK_SPIN; spin++) {
		__builtin_ia32_pause();
		if (take(l, 0))
			goto out;
	}
	take_asleep(l);
out:
	__atomic_sub_fetch(&l->waiters, 1, __ATOMIC_RELAXED);
}

void ix_lock_release(struct ix_lock *l)
{
	uint32_t was;

	/* without sleepers a plain store would do, but a sleeper could come
	 * between the look and the store */
	was = __atomic_exchange_n(&l->word, 0, __ATOMIC_RELEASE);
	if (__builtin_expect(was & LOCK_SLEEPERS, 0))
		raw_call(SYS_futex, &l->word, FUTEX_WAKE, 1, NULL, NULL, 0);
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
