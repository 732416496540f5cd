// SPDX-License-Identifier: MIT
/*
 * lease.c - who drives an ethread: waiting, and holders that died
 */
#include "base/raw.h"
#include "core/lease.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <x86intrin.h>

#include "core/clock.h"

#define SPINS 400	/* pauses before sleeping, about 10 us */
#define NAP_NS 10000000 /* then look whether the holder lives */
#define STAT_LEN 256

static __thread uint32_t self_tid;
static int proc_dir = -1;
static bool distrust;

uint32_t lease_tid(void)
{
	uint32_t *tid = &self_tid;

	if (__builtin_expect(!*tid, 0))
		*tid = (uint32_t)raw_call(SYS_gettid);
	return *tid;
}

void lease_tid_reset(void)
{
	self_tid = 0;
}

void lease_set_proc(int dirfd)
{
	proc_dir = dirfd;
}

void lease_distrust_descriptors(void)
{
	distrust = true;
}

static long open_stat(uint32_t tid)
{
	char path[32];

	if (proc_dir >= 0) {
		snprintf(path, sizeof(path), "%u/stat", tid);
		return raw_call(SYS_openat, proc_dir, path,
				O_RDONLY | O_CLOEXEC);
	}
	snprintf(path, sizeof(path), "/proc/%u/stat", tid);
	return raw_call(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC);
}

/* The state in /proc/TID/stat follows the name, which may contain anything, even
 * ')'. 0: there is no such thread; '?': it cannot be known. */
static char thread_state(uint32_t tid)
{
	char text[STAT_LEN];
	const char *paren;
	long fd, n;

	if (raw_call(SYS_kill, tid, 0) < 0 && errno == ESRCH)
		return 0;
	fd = distrust ? -1 : open_stat(tid);
	if (fd < 0)
		return '?';
	n = raw_call(SYS_read, fd, text, sizeof(text) - 1);
	raw_call(SYS_close, fd);
	if (n <= 0)
		return n < 0 && errno == ESRCH ? 0 : '?';
	text[n] = 0;
	paren = strrchr(text, ')');
	return paren && paren[1] == ' ' ? paren[2] : '?';
}

bool lease_holder_dead(uint32_t tid)
{
	char state = thread_state(tid);

	return !state || state == 'Z' || state == 'X';
}

bool lease_thread_stopped(uint32_t tid)
{
	char state = thread_state(tid);

	return state == 'T' || state == 't';
}

static bool take_over(struct lease *l, uint32_t tid, uint32_t seen)
{
	if (!lease_holder_dead(seen & ~LEASE_SLEEPERS))
		return false;
	if (!__atomic_compare_exchange_n(&l->word, &seen, tid | LEASE_SLEEPERS,
					 false, __ATOMIC_ACQUIRE,
					 __ATOMIC_RELAXED))
		return false;
	l->recovered++;
	return true;
}

int lease_reap(struct lease *l, uint32_t tid)
{
	uint32_t seen = __atomic_load_n(&l->word, __ATOMIC_RELAXED);

	if (!(seen & ~LEASE_SLEEPERS) || !take_over(l, tid, seen))
		return -EBUSY;
	return LEASE_DEAD;
}

void lease_wake(struct lease *l)
{
	raw_call(SYS_futex, &l->word, FUTEX_WAKE, 1, NULL, NULL, 0);
}

/* Take a free lease, saying that others may still sleep on it. */
static bool try_as_sleeper(struct lease *l, uint32_t tid, uint32_t *seen)
{
	*seen = __atomic_load_n(&l->word, __ATOMIC_RELAXED);
	while (!(*seen & ~LEASE_SLEEPERS))
		if (__atomic_compare_exchange_n(
			    &l->word, seen, tid | LEASE_SLEEPERS, false,
			    __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
			return true;
	return false;
}

static bool announce(struct lease *l, uint32_t *seen)
{
	uint32_t want = *seen | LEASE_SLEEPERS;

	if (*seen != want &&
	    !__atomic_compare_exchange_n(&l->word, seen, want, false,
					 __ATOMIC_RELAXED, __ATOMIC_RELAXED))
		return false;
	*seen = want;
	return true;
}

static void nap(struct lease *l, uint32_t seen, uint64_t ns)
{
	struct timespec ts = { .tv_nsec = ns < NAP_NS ? (long)ns : NAP_NS };

	raw_call(SYS_futex, &l->word, FUTEX_WAIT, seen, &ts, NULL, 0);
}

static int take_asleep(struct lease *l, uint32_t tid, uint64_t wait_ns)
{
	uint64_t start = clock_kernel_ns(), since = start, now;
	uint32_t seen, holder = 0;

	while (!try_as_sleeper(l, tid, &seen)) {
		now = clock_kernel_ns();
		if (now - start >= wait_ns)
			return -ETIMEDOUT;
		if ((seen & ~LEASE_SLEEPERS) != holder) {
			holder = seen & ~LEASE_SLEEPERS;
			since = now;
		}
		if (now - since >= NAP_NS) {
			if (take_over(l, tid, seen))
				return LEASE_DEAD;
			since = now;
		}
		if (announce(l, &seen))
			nap(l, seen, wait_ns - (now - start));
	}
	return LEASE_TAKEN;
}

int lease_take_slow(struct lease *l, uint32_t tid, uint64_t wait_ns)
{
	int i;

	if (lease_holder(l) == tid)
		return -EDEADLK;
	for (i = 0; i < SPINS; i++) {
		if (lease_holder(l) == 0 && lease_try(l, tid))
			return LEASE_TAKEN;
		_mm_pause();
	}
	__atomic_fetch_add(&l->contended, 1, __ATOMIC_RELAXED);
	return take_asleep(l, tid, wait_ns);
}
