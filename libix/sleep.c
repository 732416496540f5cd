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
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/raw.h"
#include "app.h"

static __thread int self_slot; /* slot + 1; 0: none yet */

static void slot_free(void *arg)
{
	struct ix_slot *s = arg;

	if (s->pid == (uint32_t)getpid())
		__atomic_store_n(&s->tid, 0, __ATOMIC_RELEASE);
}

static pthread_key_t slot_key;
static pthread_once_t slot_once = PTHREAD_ONCE_INIT;

static void slot_key_make(void)
{
	pthread_key_create(&slot_key, slot_free);
}

static int slot_take(void)
{
	struct ix_app *app = ix_self.app;
	uint32_t n = ix_self.info.nwake < IX_SLOTS ? ix_self.info.nwake :
						     IX_SLOTS;
	uint32_t i, none;

	for (i = 0; i < n; i++) {
		struct ix_slot *s = &app->slot[i];

		none = 0;
		if (!__atomic_compare_exchange_n(&s->tid, &none, ix_tid(),
						 false, __ATOMIC_ACQ_REL,
						 __ATOMIC_RELAXED))
			continue;
		s->pid = (uint32_t)getpid();
		s->sleeping = 0;
		s->home = 0;
		pthread_once(&slot_once, slot_key_make);
		pthread_setspecific(slot_key, s);
		return (int)i;
	}
	return -1;
}

int ix_slot(void)
{
	if (__builtin_expect(!self_slot, 0))
		self_slot = slot_take() + 1;
	return self_slot - 1;
}

int ix_slot_reserve(void)
{
	void *own;
	int slot;

	pthread_once(&slot_once, slot_key_make);
	own = pthread_getspecific(slot_key);
	slot = slot_take();
	pthread_setspecific(slot_key, own);
	if (slot >= 0)
		ix_self.app->slot[slot].pid = 0; /* outlives its maker */
	return slot;
}

void ix_slot_release(int slot)
{
	__atomic_store_n(&ix_self.app->slot[slot].tid, 0, __ATOMIC_RELEASE);
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

void ix_slots_forget(uint32_t pid)
{
	struct ix_app *app = ix_self.app;
	uint32_t i, et;

	for (i = 0; i < IX_SLOTS; i++) {
		if (!app->slot[i].tid || app->slot[i].pid != pid)
			continue;
		for (et = 0; et < ix_self.info.nethreads; et++) {
			uint32_t mine = i + 1;

			__atomic_compare_exchange_n(&app->et[et].armed, &mine,
						    0, false, __ATOMIC_SEQ_CST,
						    __ATOMIC_SEQ_CST);
		}
		app->slot[i].sleeping = 0;
		__atomic_store_n(&app->slot[i].tid, 0, __ATOMIC_RELEASE);
	}
}

static void ring(int fd)
{
	static const uint64_t one = 1;

	raw_call(SYS_write, fd, &one, sizeof(one));
}

void ix_wake(int slot)
{
	struct ix_slot *s;

	if (slot < 0)
		return;
	s = &ix_self.app->slot[slot];
	if (__atomic_load_n(&s->sleeping, __ATOMIC_RELAXED) &&
	    __atomic_exchange_n(&s->sleeping, 0, __ATOMIC_SEQ_CST))
		ring(ix_self.info.wake_fd[slot]);
}

void ix_wake_self(void)
{
	ix_wake(self_slot - 1);
}

void ix_wake_threads(void)
{
	uint32_t i, pid = (uint32_t)getpid();

	for (i = 0; i < IX_SLOTS; i++)
		if (ix_self.app->slot[i].tid && ix_self.app->slot[i].pid == pid)
			ix_wake((int)i);
}

/*
 * After a round of e by a thread of the program: whoever sleeps for e may
 * have to look at a new deadline.
 */
void ix_drive_check(struct ix_et *e)
{
	uint32_t armed = e->armed;

	if (!armed) {
		if (__builtin_expect(e->owner_asleep, 0)) {
			e->owner_asleep = 0;
			ring(ix_self.info.owner_wake_fd);
		}
	} else if (e->ctx.next_timer_ns < e->armed_deadline) {
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

bool ix_driven(unsigned et)
{
	const struct ix_et *e = ix_et(et);

	return e->driver && e->driver != (uint32_t)ix_slot() + 1 &&
	       e->ctx.now_ns - e->claim_ns < IX_UNDRIVEN_NS;
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
		__atomic_store_n(&ix_self.app->slot[s->slot].sleeping, 1,
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
		return timeout_ns >= 0 && timeout_ns < 1000000 ? timeout_ns :
								 1000000;
	if (s->deadline_ns == UINT64_MAX)
		return timeout_ns;
	now = ix_now_ns();
	left = s->deadline_ns > now ? (int64_t)(s->deadline_ns - now) : 0;
	return timeout_ns >= 0 && timeout_ns < left ? timeout_ns : left;
}

#define SLEEP_FDS 64 /* on the stack; more come from the program's array */

static long do_ppoll(struct pollfd *p, unsigned n, int64_t ns, const void *mask)
{
	struct timespec ts = { .tv_sec = ns / 1000000000,
			       .tv_nsec = ns % 1000000000 };
	long rc =
		raw_call(SYS_ppoll, p, n, ns < 0 ? NULL : &ts, mask, _NSIG / 8);

	return rc < 0 ? -errno : rc;
}

int ix_sleep(struct ix_sleeper *s, struct pollfd *fds, unsigned n,
	     int64_t timeout_ns, const void *sigmask)
{
	struct pollfd own[SLEEP_FDS], *all = own;
	unsigned mine = 2 + s->nfds, i, k = 0;
	bool guest = ix_in_guest();
	int ready = 0;
	uint64_t drain;
	long rc;

	if (n + mine > SLEEP_FDS)
		all = __builtin_alloca((n + mine) * sizeof(*all));
	memcpy(all, fds, n * sizeof(*fds));
	k = n;
	if (s->slot >= 0)
		all[k++] = (struct pollfd){ .fd = ix_self.info.wake_fd[s->slot],
					    .events = POLLIN };
	for (i = 0; i < s->nfds; i++)
		all[k++] = (struct pollfd){ .fd = s->fds[i], .events = POLLIN };
	if (guest)
		all[k++] = (struct pollfd){ .fd = ix_self.info.call_fd,
					    .events = POLLIN };
	rc = do_ppoll(all, k, until(s, timeout_ns), sigmask);
	if (rc < 0)
		return (int)rc;
	if (guest && all[k - 1].revents)
		raw_call(SYS_read, ix_self.info.call_fd, &drain, sizeof(drain));
	for (i = 0; i < n; i++) {
		fds[i].revents = all[i].revents;
		ready += fds[i].revents != 0;
	}
	return ready;
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
	uint64_t drain;

	if (s->slot >= 0 &&
	    !__atomic_exchange_n(&ix_self.app->slot[s->slot].sleeping, 0,
				 __ATOMIC_SEQ_CST))
		raw_call(SYS_read, ix_self.info.wake_fd[s->slot], &drain,
			 sizeof(drain));
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

/* The owner sleeps armed on the devices after this. */
static void drive(unsigned et)
{
	struct ix_et *e = ix_et(et);
	unsigned i;

	if (!ix_et_trylock(et)) {
		/* as good as driven, unless the holder is dead */
		uint32_t holder = e->lock.word & 0x7fffffff;

		if (!holder || !ix_holder_dead(holder)) {
			e->last_drive_ns = ix_now_ns();
			return;
		}
		ix_et_lock(et);
	}
	for (i = 0; i < OWNER_ROUNDS; i++)
		if (ix_round(e, IX_DRIVE_POLL) <= 0)
			break;
	__atomic_store_n(&e->owner_asleep, 1, __ATOMIC_SEQ_CST);
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
