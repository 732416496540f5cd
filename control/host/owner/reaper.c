// SPDX-License-Identifier: MIT
/*
 * reaper.c - the owner's watch over the program's processes
 *
 * A process that is gone is told to the program's side at once, so that its
 * listeners go with it. A child that it forked just before and that has not
 * attached yet loses nothing: the program's side takes a child's references
 * before the fork. Only the end of the instance waits for such a child.
 */
#include <errno.h>
#include <unistd.h>

#include "base/raw.h"
#include "control/host/instance/procs.h"
#include "control/host/owner/owner.h"
#include "control/host/owner/reaper.h"

#define NO_PIDFD_NS (100 * NSEC_PER_MSEC) /* look this often without pidfds */

static void watch(struct owner *o, uint32_t slot)
{
	struct epoll_event ev = { .events = EPOLLIN,
				  .data.u64 = owner_tag(EV_PROC, slot) };
	struct watched *w = &o->proc[slot];
	uint32_t pid = procs_pid(o->in, slot);

	o->nprocs++;
	w->gone = false;
	w->pidfd = (int)raw_call(SYS_pidfd_open, pid, 0);
	if (w->pidfd >= 0)
		epoll_ctl(o->epfd, EPOLL_CTL_ADD, w->pidfd, &ev);
	else if (errno == ESRCH)
		w->gone = true;
}

/* Whoever died inside the dataplane is not waited for. */
static void reap_leases(struct owner *o)
{
	unsigned i;

	for (i = 0; i < o->in->core.nethreads; i++)
		if (ethread_reap(o->in->core.et[i]) == 0)
			ethread_leave(o->in->core.et[i]);
}

void reaper_gone(struct owner *o, uint32_t slot)
{
	struct watched *w = &o->proc[slot];

	if (w->pidfd >= 0)
		raw_call(SYS_close, w->pidfd);
	w->pidfd = -1;
	w->gone = true;
	reap_leases(o);
}

static void bury(struct owner *o, uint32_t slot, uint64_t now)
{
	uint32_t pid = procs_pid(o->in, slot);
	struct ethread *et;
	unsigned i;

	for (i = 0; i < o->in->core.nethreads; i++) {
		et = o->in->core.et[i];
		if (et->armed_tid && lease_holder_dead(et->armed_tid))
			et->armed_tid = 0;
	}
	if (o->in->app && o->in->app->process_gone)
		o->in->app->process_gone((int)slot, (int)pid);
	/* before the slot is free: the next process may take it at once */
	o->proc[slot] = (struct watched){ .pidfd = -2 };
	o->nprocs--;
	o->gone_at = now;
	o->kicked = true;
	procs_remove(o->in, slot);
}

static void bury_all(struct owner *o, uint64_t now)
{
	unsigned i;

	for (i = 0; i < o->in->proc_top; i++)
		if (procs_pid(o->in, i) && o->proc[i].gone)
			bury(o, i, now);
}

/* A kernel without pidfds. */
static uint64_t look_by_hand(struct owner *o, uint64_t now)
{
	bool any = false;
	unsigned i;

	for (i = 0; i < o->in->proc_top; i++) {
		if (!procs_pid(o->in, i) || o->proc[i].pidfd != -1 ||
		    o->proc[i].gone)
			continue;
		any = true;
		if (lease_holder_dead(procs_pid(o->in, i)))
			reaper_gone(o, i);
	}
	return any ? now + NO_PIDFD_NS : UINT64_MAX;
}

uint64_t reaper_run(struct owner *o, uint64_t now)
{
	uint64_t next;
	unsigned i;

	for (i = 0; i < o->in->proc_top; i++)
		if (procs_pid(o->in, i) && o->proc[i].pidfd == -2)
			watch(o, i);
	next = look_by_hand(o, now);
	bury_all(o, now);
	return next;
}
