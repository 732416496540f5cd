// SPDX-License-Identifier: MIT
/*
 * wait.c - how a thread waits: drive, spin, sleep
 *
 * The program's signal handlers run at the points where no lock is held; while
 * the thread is enlisted or asleep they are deferred (signals.c), and the
 * kernel's EINTR or the wake-up slot ends the sleep.
 */
#include <errno.h>
#include <pthread.h>
#include <time.h>
#include <unistd.h>

#include "base/raw.h"
#include "libix/share/lock.h"
#include "libix/share/self.h"
#include "libix/share/slot.h"
#include "shim/host/host.h"
#include "shim/object/fd.h"
#include "shim/object/root.h"
#include "shim/object/round.h"
#include "shim/object/sock.h"
#include "shim/wait/wait.h"

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

__thread struct sig_count sig_count;

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

void wait_cancel_async(bool on)
{
	cancel_async = on;
}

void wait_cancelled(bool started)
{
	__atomic_add_fetch(&fd_self.cancels, 1, __ATOMIC_SEQ_CST);
	if (started)
		ix_wake_threads();
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

	round_leave(); /* the first look issues what waits */
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
