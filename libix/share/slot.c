// SPDX-License-Identifier: MIT
/*
 * slot.c - what a thread is to others: where it is woken
 */
#include <linux/futex.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include "base/branch.h"
#include "base/raw.h"
#include "libix/share/app.h"

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
static struct ix_wake *wake_at(uint32_t w)
{
	return &ix_self.app->wake[w];
}

void ix_ring(int fd)
{
	static const uint64_t one = 1;

	raw_call(SYS_write, fd, &one, sizeof(one));
}

static bool take_one(uint32_t w)
{
	uint64_t one;

	return raw_call(SYS_read, ix_self.boot.fds.wake[w], &one,
			sizeof(one)) == sizeof(one);
}

/* Counted before it is written, and until after it is read. */
static void wake_ring(uint32_t w)
{
	__atomic_add_fetch(&wake_at(w)->rung, 1, __ATOMIC_SEQ_CST);
	ix_ring(ix_self.boot.fds.wake[w]);
}

static void wake_taken(uint32_t w)
{
	take_one(w);
	__atomic_sub_fetch(&wake_at(w)->rung, 1, __ATOMIC_SEQ_CST);
}

/* Nobody is to read it: one was written after who was woken had looked. */
bool ix_wake_is_stale(uint32_t w)
{
	int32_t *rung = &wake_at(w)->rung;

	if (__atomic_load_n(rung, __ATOMIC_SEQ_CST) > 0)
		return false;
	if (take_one(w) && __atomic_load_n(rung, __ATOMIC_SEQ_CST) > 0)
		ix_ring(ix_self.boot.fds.wake[w]);
	return true;
}

/* Of those for threads, the one that the fewest have. */
static int wake_least(void)
{
	uint32_t n = ix_self.boot.fds.nwake, w, users;
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
int ix_slot_wake(struct ix_slot *s)
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
	uint32_t w = ix_self.boot.fds.nwake, none;

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
void ix_slot_up(struct ix_slot *s)
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

	ix_slot_up(s);
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

void ix_slot_reset(void)
{
	self_slot = 0;
	pthread_once(&slot_once, slot_key_make);
	pthread_setspecific(slot_key, NULL);
}

/* Who is called first, in a guest (see call_listen()), is its slot's number. */
void ix_call_leave(uint32_t slot)
{
	uint32_t me = slot + 1;

	__atomic_compare_exchange_n(&ix_self.app->callee, &me, 0, false,
				    __ATOMIC_ACQ_REL, __ATOMIC_RELAXED);
}

/* So is who is armed. */
static void disarm_dead(uint32_t slot)
{
	uint32_t et, mine;

	for (et = 0; et < ix_self.boot.info.nethreads; et++) {
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
		ix_call_leave(i);
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
