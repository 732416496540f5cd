// SPDX-License-Identifier: MIT
/*
 * wait.c - how a thread waits: drive, spin, sleep
 *
 * The program's signal handlers run at the points where no lock is held; while
 * the thread is enlisted or asleep they are deferred (signal.c), and the
 * kernel's EINTR or the wake-up slot ends the sleep.
 */
#include <errno.h>
#include <pthread.h>
#include <time.h>
#include <unistd.h>

#include "base/raw.h"
#include "libix/share/lock.h"
#include "libix/share/memory.h"
#include "libix/share/self.h"
#include "libix/share/slot.h"
#include "shim/process/boot.h"
#include "shim/front/calls.h"
#include "shim/host/host.h"
#include "shim/object/fd.h"
#include "shim/object/hold.h"
#include "shim/option/priv.h"
#include "shim/relay/relay.h"
#include "shim/object/root.h"
#include "shim/wait/watch.h"

/*
 * The kernel's descriptors are looked at by a system call. A thread that has
 * nothing else to do looks often, one that the stack keeps busy each
 * millisecond, and soon if the program itself has written to one (it wakes its
 * own threads). In protected mode a look is an exit of the guest: there a busy
 * thread looks half as often each time that there was nothing, down to a limit,
 * so that what comes is seen late only where it is rare.
 */
#define KERNEL_IDLE_NS 100000 /* nothing else to do, or written to */
#define KERNEL_IDLE_ROUNDS 64 /* ... for so many rounds */
#define KERNEL_BUSY_NS 1000000
#define KERNEL_GUEST_NS 16000000 /* at most, in a guest */

static __thread struct {
	uint64_t seen_ns;     /* last look */
	uint64_t interval_ns; /* to the next one */
	uint32_t written;     /* by then */
} kernel;

void wait_kernel_written(void)
{
	if (shim_root)
		__atomic_store_n(&shim_root->kernel_written,
				 shim_root->kernel_written + 1,
				 __ATOMIC_RELEASE);
}

/*
 * Rounds
 */
static __thread bool in_round;

void round_begin(void)
{
	in_round = true;
}

int round_active(void)
{
	return in_round;
}

void round_end(void)
{
	unsigned et;

	if (!in_round)
		return;
	in_round = false;
	et = ix_home();
	ix_et_lock(et);
	ix_drive(et, 0);
	ix_et_unlock(et);
	ix_flush_others(et);
}

/*
 * Watches
 */
void wait_pools_init(struct shim_root *r)
{
	r->watches.size = sizeof(struct watch);
	epoll_pools_init(r);
}

void *wait_pool_get(struct ix_pool *p)
{
	return hold_pool_get(&shim_root->wait_lock, p);
}

void wait_pool_put(struct ix_pool *p, void *obj)
{
	hold_pool_put(&shim_root->wait_lock, p, obj);
}

struct watch *watch_new(void)
{
	return wait_pool_get(&shim_root->watches);
}

void watch_free(struct watch *w)
{
	wait_pool_put(&shim_root->watches, w);
}

/*
 * A socket's watches are under the lock of its elastic thread; those of a
 * listener, which all elastic threads notify, under its own.
 */
void watch_lock(struct sock *s)
{
	if (__builtin_expect(s->o.kind == IX_KIND_LISTENER, 0))
		hold_lock(&s->priv->knock_lock);
}

void watch_unlock(struct sock *s)
{
	if (__builtin_expect(s->o.kind == IX_KIND_LISTENER, 0))
		hold_unlock(&s->priv->knock_lock);
}

void watch_add(struct watch *w, struct sock *s)
{
	watch_lock(s);
	w->sock = s;
	w->next = s->watches;
	w->pprev = &s->watches;
	if (w->next)
		w->next->pprev = &w->next;
	s->watches = w;
	watch_unlock(s);
}

void watch_unlink(struct watch *w)
{
	*w->pprev = w->next;
	if (w->next)
		w->next->pprev = w->pprev;
	__atomic_store_n(&w->sock, NULL, __ATOMIC_RELAXED);
}

void watch_del(struct watch *w)
{
	struct sock *s = w->sock;

	if (!s)
		return;
	watch_lock(s);
	watch_unlink(w);
	watch_unlock(s);
}

/* Not locked; w may be off its list already, its socket be gone. */
void watch_drop(struct watch *w)
{
	struct sock *s;

	while ((s = __atomic_load_n(&w->sock, __ATOMIC_RELAXED))) {
		sock_lock_own(s);
		if (w->sock == s)
			watch_del(w);
		sock_unlock(s);
	}
}

void watch_notify(struct sock *s, unsigned events)
{
	struct watch *w;

	relay_note(s);
	watch_lock(s);
	for (w = s->watches; w; w = w->next) {
		if (w->item)
			epitem_notify(w->item, events);
		else if (events & (w->events | POLLERR | POLLHUP))
			ix_wake(w->slot);
	}
	watch_unlock(s);
}

void watch_closed(struct sock *s)
{
	struct watch *w, *next;

	for (w = s->watches; w; w = next) {
		struct epitem *item = w->item;

		next = w->next;
		if (item) {
			epitem_gone(item);
			continue;
		}
		watch_del(w);
		ix_wake(w->slot);
	}
}

/*
 * The engine
 */
struct run {
	struct wait *w;
	struct sig_count sigs; /* at the beginning */
	uint64_t start, now;
	uint64_t idle_since;
	unsigned idle_rounds; /* a thread may lose its CPU for long in one */
	bool looked;	      /* at the kernel's fds, at least once */
	bool napped;
	uint32_t cancels; /* pthread_cancel() up to here was looked at */
	sigset_t *mask;	  /* before w->mask came into force */
};

static bool interrupted(const struct run *r)
{
	return r->w->restart ? sig_count.norestart != r->sigs.norestart :
			       sig_count.ran != r->sigs.ran;
}

static int64_t left_ns(const struct run *r)
{
	uint64_t gone = r->now - r->start;

	if (r->w->timeout_ns < 0)
		return -1;
	return (uint64_t)r->w->timeout_ns > gone ?
		       r->w->timeout_ns - (int64_t)gone :
		       0;
}

static int look_at_kernel(struct run *r)
{
	uint64_t most = ix_in_guest() ? KERNEL_GUEST_NS : KERNEL_BUSY_NS;
	uint64_t next = kernel.interval_ns * 2;
	int n;

	r->looked = true;
	kernel.seen_ns = r->now;
	kernel.written =
		__atomic_load_n(&shim_root->kernel_written, __ATOMIC_ACQUIRE);
	n = r->w->kernel(r->w);
	if (n > 0 || next < KERNEL_BUSY_NS)
		next = KERNEL_BUSY_NS;
	kernel.interval_ns = next < most ? next : most;
	return n;
}

static bool kernel_due(const struct run *r, int ready)
{
	uint64_t gone = r->now - kernel.seen_ns;

	if (ready && r->w->exact)
		return true;
	if (r->idle_rounds >= KERNEL_IDLE_ROUNDS ||
	    __atomic_load_n(&shim_root->kernel_written, __ATOMIC_RELAXED) !=
		    kernel.written)
		return gone >= KERNEL_IDLE_NS;
	return gone >= kernel.interval_ns;
}

/* One look at everything; *worked: the dataplane had something to do. */
static int look(struct run *r, bool *worked)
{
	struct wait *w = r->w;
	unsigned et = w->et;
	int ready;

	ix_et_lock(et);
	*worked = ix_drive(et, IX_DRIVE_POLL) > 0;
	sock_settle(et);
	ready = w->check(w);
	if (ready)
		ix_claim(et, !r->napped);
	r->now = ix_drive_now(et);
	ix_et_unlock(et);
	if (ix_info()->nethreads > 1 && ix_drive_others(et) > 0) {
		*worked = true;
		if (!ready)
			ready = w->check(w);
	}
	if (!r->start)
		r->start = r->idle_since = r->now;
	if (w->kernel && kernel_due(r, ready))
		ready += look_at_kernel(r);
	return ready;
}

/*
 * Cancellation: pthread_cancel() counts and wakes all threads of the process
 * that sleep here; who is meant ends where nothing of the wait is left.
 */
static bool cancels(const struct run *r)
{
	return __atomic_load_n(&fd_self.cancels, __ATOMIC_SEQ_CST) !=
	       r->cancels;
}

static void leave(void *arg)
{
	struct run *r = arg;

	if (r->w->mask)
		pthread_sigmask(SIG_SETMASK, r->mask, NULL);
	if (r->w->leave)
		r->w->leave(r->w);
}

static void cancel_here(struct run *r)
{
	if (__builtin_expect(!cancels(r), 1))
		return;
	r->cancels = __atomic_load_n(&fd_self.cancels, __ATOMIC_SEQ_CST);
	pthread_cleanup_push(leave, r);
	pthread_testcancel();
	pthread_cleanup_pop(0);
}

/* A thread that may be cancelled anywhere is cancelled here at our points only,
 * and not where it holds locks or is on a list. */
static __thread bool cancel_async;

int call_pthread_setcanceltype(int type, int *old)
{
	int rc = host.pthread_setcanceltype(type, old);

	if (rc == 0)
		cancel_async = type == PTHREAD_CANCEL_ASYNCHRONOUS;
	return rc;
}

int call_pthread_cancel(pthread_t thread)
{
	int rc = host.pthread_cancel(thread);

	if (rc == 0) {
		__atomic_add_fetch(&fd_self.cancels, 1, __ATOMIC_SEQ_CST);
		if (booted())
			ix_wake_threads();
	}
	return rc;
}

/* Sleep once; > 0: ready, 0: look again, -EINTR of the kernel as well. */
static int nap(struct run *r)
{
	struct wait *w = r->w;
	struct ix_sleeper s;
	int ready, rc = 0;

	ix_hold_begin();
	/* who notifies after the check finds the slot asleep and enlisted */
	ix_sleep_mark(&s);
	w->enlist(w, s.slot);
	ready = w->check(w);
	/* a handler that ran, or was deferred, before the slot was marked as
	 * asleep did not ring it; nor did pthread_cancel() */
	if (!ready && ix_sleep_begin(w->et, &s) != IX_SLEEP_READY &&
	    !ix_signal_seen && !interrupted(r) && !cancels(r))
		rc = ix_sleep(&s, w->kfds, w->nkfds, left_ns(r), NULL);
	ix_sleep_end(&s);
	w->delist(w);
	if (rc > 0)
		kernel.seen_ns = 0;
	ix_hold_end();
	return ready;
}

static int run(struct run *r)
{
	bool worked;
	int ready;

	for (;;) {
		cancel_here(r);
		ready = look(r, &worked);
		if (ready)
			return ready;
		if (interrupted(r))
			return -EINTR;
		if (left_ns(r) == 0) {
			if (r->w->kernel && !r->looked)
				return look_at_kernel(r);
			return 0;
		}
		r->idle_rounds++;
		if (worked) {
			r->idle_since = r->now;
			r->idle_rounds = 0;
		}
		if (r->now - r->idle_since < ix_spin_ns() &&
		    !ix_driven(r->w->et, r->napped)) {
			ix_et_yield(r->w->et);
			continue;
		}
		ready = nap(r);
		r->napped = true;
		if (ready)
			return ready;
		if (interrupted(r))
			return -EINTR;
	}
}

int wait_run(struct wait *w)
{
	sigset_t mask;
	struct run r = { .w = w, .sigs = sig_count, .mask = &mask };
	int rc;

	in_round = false; /* the first look issues what waits */
	if (w->mask)
		pthread_sigmask(SIG_SETMASK, w->mask, &mask);
	if (__builtin_expect(cancel_async, 0))
		host.pthread_setcanceltype(PTHREAD_CANCEL_DEFERRED, NULL);
	rc = run(&r);
	if (__builtin_expect(cancel_async, 0)) {
		cancel_here(&r); /* else it ends with what it holds */
		host.pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, NULL);
	}
	if (w->mask)
		pthread_sigmask(SIG_SETMASK, &mask, NULL);
	return rc;
}

/* What of p is ready in the kernel right now; 0 on an error too. */
int poll_now(struct pollfd *p, unsigned n)
{
	static const struct timespec zero;
	long rc = raw_call(SYS_ppoll, p, n, &zero, NULL, 0);

	return rc > 0 ? (int)rc : 0;
}

/*
 * One socket
 */
struct sock_wait {
	struct wait w;
	struct sock *s;
	struct sock_hold *hold; /* or NULL */
	unsigned events;
	size_t beyond; /* bytes that are not enough */
	struct watch *shared;
	struct pollfd kfd;
};

/* What waits in the error queue alone ends no call. */
static unsigned level(const struct sock *s)
{
	unsigned ev = sock_poll(s);

	return s->type == SOCK_DGRAM && !s->so_error ? ev & ~(unsigned)POLLERR :
						       ev;
}

static int sw_check(struct wait *w)
{
	struct sock_wait *sw = (struct sock_wait *)w;

	w->et = sw->s->o.et; /* it may move meanwhile */
	return (level(sw->s) & (sw->events | POLLERR | POLLHUP)) != 0;
}

/* Whatever there is, not only what SO_RCVLOWAT calls readable. */
static int sw_check_bytes(struct wait *w)
{
	struct sock_wait *sw = (struct sock_wait *)w;
	unsigned ends = POLLERR | POLLHUP | POLLRDHUP;

	w->et = sw->s->o.et;
	return sw->s->o.rx_bytes > sw->beyond || (level(sw->s) & ends);
}

static int sw_kernel(struct wait *w)
{
	struct sock_wait *sw = (struct sock_wait *)w;

	if (sw->hold)
		sw->kfd.fd = sock_held_kernel_fd(sw->hold);
	return poll_now(&sw->kfd, 1) > 0;
}

/* Other processes walk the list: a watch must lie in shared memory. */
static void sw_enlist(struct wait *w, int slot)
{
	struct sock_wait *sw = (struct sock_wait *)w;

	sw->shared = watch_new();
	if (!sw->shared)
		return;
	*sw->shared = (struct watch){ .events = sw->events, .slot = slot };
	sock_lock_own(sw->s);
	watch_add(sw->shared, sw->s);
	sock_unlock(sw->s);
}

static void sw_delist(struct wait *w)
{
	struct sock_wait *sw = (struct sock_wait *)w;

	if (!sw->shared)
		return;
	watch_drop(sw->shared);
	watch_free(sw->shared);
	sw->shared = NULL;
}

static void sw_leave(struct wait *w)
{
	struct sock_wait *sw = (struct sock_wait *)w;

	if (sw->hold)
		sock_let_go(sw->hold);
}

static int wait_one(struct sock_wait *sw, int64_t timeout_ns)
{
	int rc;

	sw->w.check = sw->w.check ? sw->w.check : sw_check;
	sw->w.kernel = sw->kfd.fd >= 0 ? sw_kernel : NULL;
	sw->w.enlist = sw_enlist;
	sw->w.delist = sw_delist;
	sw->w.leave = sw_leave;
	sw->w.kfds = &sw->kfd;
	sw->w.nkfds = sw->kfd.fd >= 0;
	sw->w.et = sw->s->o.et;
	sw->w.timeout_ns = timeout_ns;
	sw->w.restart = timeout_ns < 0;
	sw->kfd.events = (short)sw->events;
	rc = wait_run(&sw->w);
	return rc > 0 ? 0 : rc == 0 ? -EAGAIN : rc;
}

int sock_wait(struct sock *s, unsigned events, int64_t timeout_ns,
	      int kernel_fd)
{
	struct sock_wait sw = { .s = s,
				.events = events,
				.kfd = { .fd = kernel_fd } };

	return wait_one(&sw, timeout_ns);
}

int sock_wait_held(struct sock_hold *h, unsigned events, int64_t timeout_ns,
		   bool both)
{
	struct sock_wait sw = {
		.s = h->s,
		.hold = h,
		.events = events,
		.kfd = { .fd = both ? sock_held_kernel_fd(h) : -1 },
	};

	return wait_one(&sw, timeout_ns);
}

int sock_wait_bytes(struct sock_hold *h, size_t beyond, int64_t timeout_ns)
{
	struct sock_wait sw = { .w = { .check = sw_check_bytes },
				.s = h->s,
				.hold = h,
				.events = POLLIN,
				.beyond = beyond,
				.kfd = { .fd = -1 } };

	return wait_one(&sw, timeout_ns);
}
