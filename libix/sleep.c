// SPDX-License-Identifier: MIT
/*
 * sleep.c - who looks after the devices when nobody polls
 *
 * One thread at a time sleeps "armed", on the devices' fds and the timers'
 * deadline; the others only on their own wake-up. When no thread of the
 * program is armed or drives, the owner process does it after IX_UNDRIVEN_NS.
 * The owner sleeps without a time limit while it is not needed
 * (owner_asleep); whoever makes it needed again wakes it.
 */
#include <errno.h>
#include <linux/futex.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/raw.h"
#include "base/timespec.h"
#include "libix/share/app.h"

#define LOOK_AWAY_NS NSEC_PER_MSEC /* see slot.c */

/* Locked. false: something arrived since the last poll. */
static bool arm(struct ix_et *e, struct ix_sleeper *s)
{
	struct ix_sleep sleep;

	if (e->armed)
		ix_relieve(e);
	e->armed = (uint32_t)s->slot + 1;
	e->armed_deadline = 0;
	s->armed |= 1u << e->id;
	if (ix_self.dp->arm(e->id, &sleep) != 0)
		return false;
	memcpy(s->fds + s->nfds, sleep.fds, sleep.nfds * sizeof(*s->fds));
	s->nfds += sleep.nfds;
	e->armed_deadline = sleep.deadline_ns;
	if (sleep.deadline_ns < s->deadline_ns)
		s->deadline_ns = sleep.deadline_ns;
	return true;
}

/* false: there is something to do. */
static bool arm_one(unsigned et, unsigned home, struct ix_sleeper *s)
{
	struct ix_et *e = ix_et(et);
	uint32_t me = (uint32_t)s->slot + 1;
	bool ok = true;

	if (et == home)
		ix_et_lock(et);
	else if (!ix_may_arm(e, home, me) || !ix_et_trylock(et))
		return true;
	if (e->dirty)
		ok = false;
	else if (ix_may_arm(e, home, me))
		ok = arm(e, s);
	ix_et_unlock(et);
	return ok;
}

void ix_sleep_mark(struct ix_sleeper *s)
{
	s->slot = ix_slot();
	s->armed = 0;
	s->nfds = 0;
	s->deadline_ns = UINT64_MAX;
	if (s->slot >= 0)
		__atomic_store_n(&ix_self.app->slot[s->slot].state, IX_DROWSY,
				 __ATOMIC_SEQ_CST);
}

int ix_sleep_begin(unsigned home, struct ix_sleeper *s)
{
	unsigned et;

	if (s->slot < 0) {
		/* nobody can wake us: look again soon */
		s->deadline_ns = 0;
		return 0;
	}
	if (!arm_one(home, home, s) || ix_marked & ~(1u << home))
		return IX_SLEEP_READY;
	for (et = 0; et < ix_self.boot.info.nethreads; et++)
		if (et != home && !arm_one(et, home, s))
			return IX_SLEEP_READY;
	return 0;
}

static int64_t until(const struct ix_sleeper *s, int64_t timeout_ns)
{
	uint64_t now;
	int64_t left;

	if (s->slot < 0)
		return timeout_ns >= 0 && timeout_ns < NSEC_PER_MSEC ?
			       timeout_ns :
			       NSEC_PER_MSEC;
	if (s->deadline_ns == UINT64_MAX)
		return timeout_ns;
	now = ix_now_ns();
	left = s->deadline_ns > now ? (int64_t)(s->deadline_ns - now) : 0;
	return timeout_ns >= 0 && timeout_ns < left ? timeout_ns : left;
}

#define SLEEP_FDS 64 /* on the stack; more from the heap */
#define SLEEP_MOST_NS \
	(3600 * NSEC_PER_SEC) /* a signal does not end one without end */

static long do_ppoll(struct pollfd *p, unsigned n, int64_t ns, const void *mask)
{
	struct timespec ts = ns_timespec(ns);
	long rc =
		raw_call(SYS_ppoll, p, n, ns < 0 ? NULL : &ts, mask, _NSIG / 8);

	return rc < 0 ? -errno : rc;
}

/* false: it was woken before. */
static bool fall_asleep(struct ix_slot *s, uint32_t how)
{
	uint32_t drowsy = IX_DROWSY;

	return __atomic_compare_exchange_n(&s->state, &drowsy, how, false,
					   __ATOMIC_SEQ_CST, __ATOMIC_RELAXED);
}

static int sleep_on_word(struct ix_slot *s, int64_t ns)
{
	struct timespec ts = ns_timespec(ns < 0 ? SLEEP_MOST_NS : ns);
	long rc;

	if (!fall_asleep(s, IX_ON_WORD))
		return 0;
	rc = raw_call(SYS_futex, &s->state, FUTEX_WAIT, IX_ON_WORD, &ts, NULL,
		      0);
	return rc < 0 && errno == EINTR ? -EINTR : 0;
}

/* p[0..n), the last of which is the slot's eventfd, or -1. */
static long sleep_on_fds(struct ix_slot *s, struct pollfd *p, unsigned n,
			 int64_t ns, const void *mask)
{
	struct pollfd *own = &p[n - 1];
	uint32_t asleep;
	long rc;

	if (own->fd < 0) /* nobody can wake us: look again soon */
		return do_ppoll(p, n, ns < 0 ? LOOK_AWAY_NS : ns, mask);
	asleep = (s->wake - 1) << IX_SLEEP_BITS | IX_ON_FDS;
	if (!fall_asleep(s, asleep))
		return do_ppoll(p, n - 1, 0, mask);
	rc = do_ppoll(p, n, ns, mask);
	if (rc <= 0 || !own->revents ||
	    __atomic_load_n(&s->state, __ATOMIC_SEQ_CST) != asleep ||
	    ix_wake_is_stale(s->wake - 1))
		return rc;
	return do_ppoll(p, n - 1,
			ns < 0 || ns > LOOK_AWAY_NS ? LOOK_AWAY_NS : ns, mask);
}

static bool any_fd(const struct pollfd *fds, unsigned n)
{
	while (n-- > 0)
		if (fds[n].fd >= 0)
			return true;
	return false;
}

/*
 * Where the owner's call comes in: one sleeper hears it first, lest all of them
 * come for an event that is for one.
 */
static int call_listen(const struct ix_sleeper *s)
{
	uint32_t none = 0, me = (uint32_t)s->slot + 1;

	return __atomic_compare_exchange_n(&ix_self.app->callee, &none, me,
					   false, __ATOMIC_ACQ_REL,
					   __ATOMIC_RELAXED) ?
		       ix_self.boot.fds.call :
		       ix_self.boot.fds.call_all;
}

/* The program's, the devices', the owner's call to a guest, the wake-up's. */
static unsigned gather_fds(struct ix_sleeper *s, const struct pollfd *fds,
			   unsigned n, struct pollfd *all)
{
	unsigned k = n, i;
	int own = -1;

	memcpy(all, fds, n * sizeof(*fds));
	for (i = 0; i < s->nfds; i++)
		all[k++] = (struct pollfd){ .fd = s->fds[i], .events = POLLIN };
	if (ix_in_guest())
		all[k++] = (struct pollfd){ .fd = call_listen(s),
					    .events = POLLIN };
	if (s->slot >= 0)
		own = ix_slot_wake(&ix_self.app->slot[s->slot]);
	all[k++] = (struct pollfd){ .fd = own < 0 ? -1 :
						    ix_self.boot.fds.wake[own],
				    .events = POLLIN };
	return k;
}

/* What became of the program's; how many are ready. */
static int take_results(struct pollfd *fds, const struct pollfd *all,
			unsigned n, unsigned k)
{
	int ready = 0;
	uint64_t drain;
	unsigned i;

	if (ix_in_guest() && all[k - 2].revents)
		raw_call(SYS_read, all[k - 2].fd, &drain, sizeof(drain));
	for (i = 0; i < n; i++) {
		fds[i].revents = all[i].revents;
		ready += fds[i].revents != 0;
	}
	return ready;
}

int ix_sleep(struct ix_sleeper *s, struct pollfd *fds, unsigned n,
	     int64_t timeout_ns, const void *sigmask)
{
	struct pollfd own[SLEEP_FDS], *all = own;
	struct ix_slot *slot = s->slot < 0 ? NULL : &ix_self.app->slot[s->slot];
	int64_t ns = until(s, timeout_ns);
	unsigned k;
	long rc;

	if (slot && !s->nfds && !sigmask && !any_fd(fds, n) && !ix_in_guest())
		return sleep_on_word(slot, ns);
	if (n + s->nfds + 2 > SLEEP_FDS)
		all = malloc((n + s->nfds + 2) * sizeof(*all));
	if (!all)
		return -ENOMEM;
	k = gather_fds(s, fds, n, all);
	rc = sleep_on_fds(slot, all, k, ns, sigmask);
	if (ix_in_guest())
		ix_call_leave((uint32_t)s->slot);
	if (rc >= 0)
		rc = take_results(fds, all, n, k);
	if (all != own)
		free(all);
	return (int)rc;
}

static void disarm(struct ix_et *e, uint32_t me)
{
	ix_et_lock(e->id);
	/* or another thread has relieved us */
	if (e->armed == me) {
		ix_self.dp->disarm(e->id);
		e->armed = 0;
	}
	ix_et_unlock(e->id);
}

void ix_sleep_end(struct ix_sleeper *s)
{
	uint32_t armed = s->armed;

	if (s->slot >= 0)
		ix_slot_up(&ix_self.app->slot[s->slot]);
	for (; armed; armed &= armed - 1)
		disarm(ix_et((unsigned)__builtin_ctz(armed)),
		       (uint32_t)s->slot + 1);
}
