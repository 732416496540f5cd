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
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/branch.h"
#include "base/raw.h"
#include "base/thread.h"
#include "base/timespec.h"
#include "app.h"

static __thread int self_slot; /* slot + 1; 0: none yet */

/*
 * Eventfds
 *
 * A thread that sleeps on descriptors is woken by one more, which all processes
 * have: they are made at the start, and there are fewer than threads may be. So
 * several share one when they are more. It counts wake-ups, and each that is
 * woken takes one: as long as somebody has not, others that sleep on it find it
 * readable. They look away for a moment.
 */
#define LOOK_AWAY_NS NSEC_PER_MSEC

static struct ix_wake *wake_at(uint32_t w)
{
	return &ix_self.app->wake[w];
}

static void ring(int fd)
{
	static const uint64_t one = 1;

	raw_call(SYS_write, fd, &one, sizeof(one));
}

static bool take_one(uint32_t w)
{
	uint64_t one;

	return raw_call(SYS_read, ix_self.info.wake_fd[w], &one, sizeof(one)) ==
	       sizeof(one);
}

/* Counted before it is written, and until after it is read. */
static void wake_ring(uint32_t w)
{
	__atomic_add_fetch(&wake_at(w)->rung, 1, __ATOMIC_SEQ_CST);
	ring(ix_self.info.wake_fd[w]);
}

static void wake_taken(uint32_t w)
{
	take_one(w);
	__atomic_sub_fetch(&wake_at(w)->rung, 1, __ATOMIC_SEQ_CST);
}

/* Nobody is to read it: one was written after who was woken had looked. */
static bool wake_is_stale(uint32_t w)
{
	int32_t *rung = &wake_at(w)->rung;

	if (__atomic_load_n(rung, __ATOMIC_SEQ_CST) > 0)
		return false;
	if (take_one(w) && __atomic_load_n(rung, __ATOMIC_SEQ_CST) > 0)
		ring(ix_self.info.wake_fd[w]);
	return true;
}

/* Of those for threads, the one that the fewest have. */
static int wake_least(void)
{
	uint32_t n = ix_self.info.nwake, w, users;
	uint32_t least = IX_WAKE_RESERVED;
	int found = -1;

	for (w = 0; w < n - n / 4; w++) {
		users = __atomic_load_n(&wake_at(w)->users, __ATOMIC_RELAXED);
		if (users >= least)
			continue;
		least = users;
		found = (int)w;
	}
	return found;
}

/* That of the slot, chosen when it is needed first; -1: there is none. */
static int wake_of(struct ix_slot *s)
{
	uint32_t users;
	int w;

	while (!s->wake) {
		w = wake_least();
		if (w < 0)
			return -1;
		users = __atomic_load_n(&wake_at((uint32_t)w)->users,
					__ATOMIC_RELAXED);
		if (users != IX_WAKE_RESERVED &&
		    __atomic_compare_exchange_n(
			    &wake_at((uint32_t)w)->users, &users, users + 1,
			    false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED))
			s->wake = (uint32_t)w + 1;
	}
	return (int)s->wake - 1;
}

int ix_bell_reserve(void)
{
	uint32_t w = ix_self.info.nwake, none;

	while (w-- > 0) {
		none = 0;
		if (__atomic_compare_exchange_n(
			    &wake_at(w)->users, &none, IX_WAKE_RESERVED, false,
			    __ATOMIC_ACQ_REL, __ATOMIC_RELAXED))
			return (int)w;
	}
	return -1;
}

void ix_bell_release(int bell)
{
	__atomic_store_n(&wake_at((uint32_t)bell)->users, 0, __ATOMIC_RELEASE);
}

/*
 * Slots
 */
static void wake_up(struct ix_slot *s)
{
	uint32_t was =
		__atomic_exchange_n(&s->state, IX_AWAKE, __ATOMIC_SEQ_CST);

	if ((was & IX_SLEEP_KIND) == IX_RUNG)
		wake_taken(was >> IX_SLEEP_BITS);
}

/* Its thread has ended, or its process has. */
static void slot_give_back(struct ix_slot *s)
{
	struct ix_app *app = ix_self.app;
	uint32_t wake = s->wake;

	wake_up(s);
	s->wake = 0;
	if (wake)
		__atomic_sub_fetch(&wake_at(wake - 1)->users, 1,
				   __ATOMIC_ACQ_REL);
	__atomic_store_n(&app->slot_next, (uint32_t)(s - app->slot),
			 __ATOMIC_RELAXED);
	__atomic_store_n(&s->tid, 0, __ATOMIC_RELEASE);
}

static void slot_free(void *arg)
{
	struct ix_slot *s = arg;

	if (s->pid == (uint32_t)getpid())
		slot_give_back(s);
}

static pthread_key_t slot_key;
static pthread_once_t slot_once = PTHREAD_ONCE_INIT;

static void slot_key_make(void)
{
	pthread_key_create(&slot_key, slot_free);
}

static void slot_top(uint32_t top)
{
	uint32_t *at = &ix_self.app->slot_top;
	uint32_t old = __atomic_load_n(at, __ATOMIC_RELAXED);

	while (old < top &&
	       !__atomic_compare_exchange_n(at, &old, top, false,
					    __ATOMIC_ACQ_REL, __ATOMIC_RELAXED))
		;
}

static bool slot_try(uint32_t i)
{
	struct ix_slot *s = &ix_self.app->slot[i];
	uint32_t none = 0;

	if (__atomic_load_n(&s->tid, __ATOMIC_RELAXED) ||
	    !__atomic_compare_exchange_n(&s->tid, &none, ix_tid(), false,
					 __ATOMIC_ACQ_REL, __ATOMIC_RELAXED))
		return false;
	slot_top(i + 1);
	s->pid = (uint32_t)getpid();
	s->state = IX_AWAKE;
	s->home = s->wake = 0;
	return true;
}

static int slot_take(void)
{
	struct ix_app *app = ix_self.app;
	uint32_t next = __atomic_load_n(&app->slot_next, __ATOMIC_RELAXED);
	uint32_t i, k;

	for (k = 0; k < IX_SLOTS; k++) {
		i = (next + k) % IX_SLOTS;
		if (!slot_try(i))
			continue;
		__atomic_store_n(&app->slot_next, i + 1, __ATOMIC_RELAXED);
		pthread_once(&slot_once, slot_key_make);
		pthread_setspecific(slot_key, &app->slot[i]);
		return (int)i;
	}
	return -1;
}

int ix_slot(void)
{
	if (unlikely(!self_slot))
		self_slot = slot_take() + 1;
	return self_slot - 1;
}

void ix_thread_reset(void)
{
	ix_self_tid = 0;
	self_slot = 0;
	ix_hold = 0;
	ix_home_reset();
	pthread_once(&slot_once, slot_key_make);
	pthread_setspecific(slot_key, NULL);
}

/* Who is called first, in a guest (see call_listen()), is its slot's number. */
static void call_leave(uint32_t slot)
{
	uint32_t me = slot + 1;

	__atomic_compare_exchange_n(&ix_self.app->callee, &me, 0, false,
				    __ATOMIC_ACQ_REL, __ATOMIC_RELAXED);
}

/* So is who is armed. */
static void disarm_dead(uint32_t slot)
{
	uint32_t et, mine;

	for (et = 0; et < ix_self.info.nethreads; et++) {
		mine = slot + 1;
		__atomic_compare_exchange_n(&ix_self.app->et[et].armed, &mine,
					    0, false, __ATOMIC_SEQ_CST,
					    __ATOMIC_SEQ_CST);
	}
}

void ix_slots_forget(uint32_t pid)
{
	struct ix_app *app = ix_self.app;
	uint32_t top = __atomic_load_n(&app->slot_top, __ATOMIC_ACQUIRE), i;

	for (i = 0; i < top; i++) {
		if (!app->slot[i].tid || app->slot[i].pid != pid)
			continue;
		disarm_dead(i);
		call_leave(i);
		slot_give_back(&app->slot[i]);
	}
}

static void wake_on_word(struct ix_slot *s)
{
	raw_call(SYS_futex, &s->state, FUTEX_WAKE, 1, NULL, NULL, 0);
}

void ix_wake(int slot)
{
	struct ix_slot *s;
	uint32_t was, kind, next;

	if (slot < 0)
		return;
	s = &ix_self.app->slot[slot];
	was = __atomic_load_n(&s->state, __ATOMIC_RELAXED);
	do {
		kind = was & IX_SLEEP_KIND;
		if (kind == IX_AWAKE || kind == IX_RUNG)
			return;
		next = kind == IX_ON_FDS ? was - IX_ON_FDS + IX_RUNG : IX_AWAKE;
	} while (!__atomic_compare_exchange_n(&s->state, &was, next, false,
					      __ATOMIC_SEQ_CST,
					      __ATOMIC_RELAXED));
	if (kind == IX_ON_WORD)
		wake_on_word(s);
	else if (kind == IX_ON_FDS)
		wake_ring(was >> IX_SLEEP_BITS);
}

void ix_wake_self(void)
{
	ix_wake(self_slot - 1);
}

void ix_wake_threads(void)
{
	const struct ix_app *app = ix_self.app;
	uint32_t top = __atomic_load_n(&app->slot_top, __ATOMIC_ACQUIRE), i;
	uint32_t pid = (uint32_t)getpid();

	for (i = 0; i < top; i++)
		if (app->slot[i].tid && app->slot[i].pid == pid)
			ix_wake((int)i);
}

/*
 * After a round of e by a thread of the program: whoever sleeps for e may
 * have to look at a new deadline, or at events that a round without them left (a
 * datagram to ourselves).
 */
void ix_drive_check(struct ix_et *e)
{
	uint32_t armed = e->armed;

	if (!armed) {
		if (unlikely(e->owner_asleep)) {
			e->owner_asleep = 0;
			ring(ix_self.info.owner_wake_fd);
		}
	} else if (e->ctx.more || e->ctx.next_timer_ns < e->armed_deadline) {
		ix_wake((int)armed - 1);
	}
}

/* Locked. Who sleeps on them now does no more. */
static void relieve(struct ix_et *e)
{
	uint32_t armed = e->armed;

	e->armed = 0;
	ix_self.dp->disarm(e->id);
	ix_wake((int)armed - 1);
}

void ix_claim(unsigned et, bool polled)
{
	struct ix_et *e = ix_et(et);
	uint32_t me = (uint32_t)ix_slot() + 1, armed = e->armed;

	e->driver = me;
	e->claim_ns = e->ctx.now_ns;
	if (polled && armed && armed != me)
		relieve(e);
}

/*
 * A sleeper that was called finds the driver away: that one computes, and on a
 * CPU that both share it would not come back while the sleeper spins.
 */
#define TAKE_OVER_NS 10000000

bool ix_driven(unsigned et, bool napped)
{
	const struct ix_et *e = ix_et(et);

	return e->driver && e->driver != (uint32_t)ix_slot() + 1 &&
	       e->ctx.now_ns - e->claim_ns <
		       (napped ? TAKE_OVER_NS : IX_UNDRIVEN_NS);
}

/* Locked. false: something arrived since the last poll. */
static bool arm(struct ix_et *e, struct ix_sleeper *s)
{
	struct ix_sleep sleep;

	if (e->armed)
		relieve(e);
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
	for (et = 0; et < ix_self.info.nethreads; et++)
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
	    wake_is_stale(s->wake - 1))
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
		       ix_self.info.call_fd :
		       ix_self.info.call_all_fd;
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
		own = wake_of(&ix_self.app->slot[s->slot]);
	all[k++] =
		(struct pollfd){ .fd = own < 0 ? -1 : ix_self.info.wake_fd[own],
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
		call_leave((uint32_t)s->slot);
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
		wake_up(&ix_self.app->slot[s->slot]);
	for (; armed; armed &= armed - 1)
		disarm(ix_et((unsigned)__builtin_ctz(armed)),
		       (uint32_t)s->slot + 1);
}

/*
 * What the owner asks
 */
static bool owner_ready(void)
{
	struct ix_app *app = ix_self.info.app_base;

	if (!app || !__atomic_load_n(&app->ready, __ATOMIC_ACQUIRE))
		return false;
	ix_self.app = app;
	return true;
}

static uint64_t next_check(unsigned et, uint64_t now)
{
	struct ix_et *e;
	uint64_t last;

	if (!owner_ready())
		return now + IX_UNDRIVEN_NS;
	e = ix_et(et);
	__atomic_store_n(&e->owner_asleep, 1, __ATOMIC_SEQ_CST);
	if (__atomic_load_n(&e->armed, __ATOMIC_SEQ_CST))
		return UINT64_MAX;
	__atomic_store_n(&e->owner_asleep, 0, __ATOMIC_SEQ_CST);
	last = __atomic_load_n(&e->last_drive_ns, __ATOMIC_RELAXED);
	return last + IX_UNDRIVEN_NS > now ? last + IX_UNDRIVEN_NS : 0;
}

#define OWNER_ROUNDS 16 /* at most, before others get the lock */

/*
 * The owner sleeps armed on the devices after this, until it is told of
 * activity: also where another thread is at it just now, which may make a
 * deadline that the owner knows nothing of.
 */
static void drive(unsigned et)
{
	struct ix_et *e = ix_et(et);
	unsigned i;

	__atomic_store_n(&e->owner_asleep, 1, __ATOMIC_SEQ_CST);
	if (!ix_et_trylock(et)) {
		/* as good as driven, unless the holder is dead */
		uint32_t holder = e->lock.word & 0x7fffffff;

		if (!holder || !thread_dead(PROC_BY_NAME, holder)) {
			e->last_drive_ns = ix_now_ns();
			return;
		}
		ix_et_lock(et);
	}
	for (i = 0; i < OWNER_ROUNDS; i++)
		if (ix_round(e, IX_DRIVE_POLL) <= 0)
			break;
	ix_et_unlock(et);
}

static void process_gone(int slot, int pid)
{
	if (!owner_ready())
		return;
	ix_slots_forget((uint32_t)pid);
	if (ix_self.h->process_gone)
		ix_self.h->process_gone(slot, pid);
}

static int describe_fds(int pid, int out_fd)
{
	return ix_self.h->describe_fds ? ix_self.h->describe_fds(pid, out_fd) :
					 -ENOSYS;
}

static int work_fd(void)
{
	return ix_self.h->work_fd ? ix_self.h->work_fd() : -ENOSYS;
}

static int work(int readable)
{
	return ix_self.h->work && owner_ready() ? ix_self.h->work(readable) : 0;
}

const struct ix_app_ops ix_app_ops = {
	.drive = drive,
	.process_gone = process_gone,
	.describe_fds = describe_fds,
	.next_check = next_check,
	.work_fd = work_fd,
	.work = work,
};
