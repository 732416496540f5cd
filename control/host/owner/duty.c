// SPDX-License-Identifier: MIT
/*
 * duty.c - what the owner does about each elastic thread
 *
 * The program's threads drive. The owner steps in where nobody has for a
 * while: acknowledgements, timers, data written before exit. For each elastic
 * thread it is in one of these states:
 *
 *	ASK	ask the program's side (next_check):
 *		  never     -> REST
 *		  at t      -> LOOK until t
 *		  now       -> drive, watch the devices; work left: ASK again,
 *			       else WATCH
 *	REST	a program thread sleeps armed. Told through owner_wake_fd when
 *		it wakes -> ASK. Once in a second, whether it can wake: one that
 *		is stopped (a debugger) cannot -> drive, WATCH.
 *	LOOK	a program thread drives. At t, or when told -> ASK. While it
 *		drives at each look they become rarer: a wake-up of ours costs
 *		a busy thread some 30 us, which its 99th percentile shows.
 *	WATCH	the owner sleeps on the devices and the deadline. Any of them,
 *		or when told (the program drives again) -> disarm, ASK. For a
 *		sleeper that is stopped, a second at most: others that drive
 *		tell only the sleeper of their deadlines.
 *
 * A lease that is not to be had within a moment counts as driven: its holder
 * may be stopped, and the owner has other things to do.
 */
#include <errno.h>
#include <rte_common.h>
#include <sys/eventfd.h>

#include "control/host/owner/duty.h"
#include "control/host/owner/owner.h"
#include "control/host/owner/stuck.h"

#define UNDRIVEN_NS ((uint64_t)NSEC_PER_MSEC)
#define CALL_ALL_NS (2 * NSEC_PER_MSEC) /* after that nobody is spared */
#define LOOK_MAX_NS (8 * (uint64_t)NSEC_PER_MSEC)
#define REST_LOOK_NS NSEC_PER_SEC
#define LEASE_WAIT_NS (2 * NSEC_PER_MSEC)
#define ROUNDS 16 /* without a pause, before other duties */

/* Without a program's side: by what the ethread itself knows. */
static uint64_t next_check(struct ethread *et, uint64_t now)
{
	uint64_t last;

	__atomic_store_n(&et->owner_rests, 1, __ATOMIC_SEQ_CST);
	if (__atomic_load_n(&et->armed_tid, __ATOMIC_SEQ_CST))
		return UINT64_MAX;
	last = __atomic_load_n(&et->last_driven_ns, __ATOMIC_RELAXED);
	return et->last_tid != lease_tid() && last + UNDRIVEN_NS > now ?
		       last + UNDRIVEN_NS :
		       0;
}

/* Nobody takes the events: they wait for the program. Are there any? */
static bool drive(struct ethread *et)
{
	struct ix_ctx c = { 0 };
	bool waiting;
	unsigned i;

	if (ethread_take(et, LEASE_WAIT_NS) < 0)
		return false;
	for (i = 0; i < ROUNDS; i++) {
		ethread_iterate(et, &c, IX_ENTER_POLL);
		if (c.rx == 0)
			break;
	}
	waiting = net_events_due(&et->net);
	ethread_leave(et);
	return waiting;
}

/*
 * Who drove went away, to compute or to wait for something else, and those that
 * sleep count on it: one of them comes, and takes the events. All are called
 * where it does not: it may compute just then, or be stopped. Rarer while
 * nobody comes.
 */
static void call_program(const struct instance *in, struct duty *d,
			 uint64_t now)
{
	if (now < d->call_ns)
		return;
	eventfd_write(now - d->waits_ns < CALL_ALL_NS ? in->fds.call :
							in->fds.call_all,
		      1);
	d->call_ns = now + UNDRIVEN_NS + (now - d->waits_ns);
}

uint64_t duty_drive(struct owner *o, unsigned id)
{
	struct duty *d = &o->duty[id];
	uint64_t now = clock_kernel_ns();
	bool waiting = false;

	stuck_before_round(o, id, now);
	if (o->in->app)
		o->in->app->drive(id);
	else
		waiting = drive(o->in->core.et[id]);
	stuck_after_round(o, id, waiting, now);
	if (!waiting)
		return UINT64_MAX;
	call_program(o->in, d, now);
	return d->call_ns;
}

/* Nobody drives: do it, then sleep on the devices, until `latest` at most. */
static void drive_and_watch(struct owner *o, struct duty *d, unsigned id,
			    uint64_t now, uint64_t latest)
{
	const struct ix_app_ops *app = o->in->app;
	unsigned rounds = 0;
	int rc;

	d->look_ns = 0;
	/* who sleeps meanwhile does not know of frames that a refusal took */
	do {
		latest = RTE_MIN(latest, duty_drive(o, id));
		rc = ethread_watch(o->in->core.et[id], &d->sleep, LEASE_WAIT_NS,
				   app ? IX_ENTER_EVENTS : 0);
	} while (rc > 0 && ++rounds < ROUNDS);
	d->state = rc == 0 ? DUTY_WATCH : DUTY_ASK;
	d->until = rc == 0 ? RTE_MIN(d->sleep.deadline_ns, latest) :
		   rc > 0  ? now :
			     now + UNDRIVEN_NS;
}

static void ask(struct owner *o, struct duty *d, unsigned id, uint64_t now)
{
	const struct ix_app_ops *app = o->in->app;
	struct ethread *et = o->in->core.et[id];
	uint64_t t = app ? app->next_check(id, now) : next_check(et, now);

	if (t == UINT64_MAX) {
		d->state = DUTY_REST;
		d->until = now + REST_LOOK_NS;
		if (lease_thread_stopped(et->armed_tid))
			drive_and_watch(o, d, id, now, d->until);
	} else if (t > now) {
		d->state = DUTY_LOOK;
		d->until = RTE_MAX(t, now + d->look_ns);
		d->look_ns = RTE_MIN(2 * d->look_ns + UNDRIVEN_NS, LOOK_MAX_NS);
	} else {
		drive_and_watch(o, d, id, now, UINT64_MAX);
	}
}

static bool is_due(const struct owner *o, const struct duty *d, uint64_t now)
{
	if (d->signalled || now >= d->until)
		return true;
	return o->kicked && d->state != DUTY_ASK;
}

uint64_t duty_run(struct owner *o, uint64_t now)
{
	uint64_t next = UINT64_MAX;
	unsigned i;

	for (i = 0; i < o->in->core.nethreads; i++) {
		struct duty *d = &o->duty[i];

		if (is_due(o, d, now)) {
			if (d->state == DUTY_WATCH)
				ethread_unwatch(o->in->core.et[i],
						LEASE_WAIT_NS);
			d->signalled = false;
			ask(o, d, i, now);
		}
		next = RTE_MIN(next, d->until);
		next = RTE_MIN(next, stuck_look(o, i, now));
	}
	o->kicked = false;
	return next;
}
