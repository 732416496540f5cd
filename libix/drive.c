// SPDX-License-Identifier: MIT
/*
 * drive.c - one round: gather calls, enter the dataplane, hand events out
 */
#include <errno.h>

#include "libix/conn.h"
#include "libix/udp.h"
#include "libix/share/app.h"

/* Take the results of the batch that was executed. */
static void results(struct ix_et *e, uint32_t n)
{
	uint32_t i;

	for (i = 0; i < n; i++) {
		const struct ix_bsys *b = &e->bsys[i];

		if (b->cookie && IX_HANDLE_KIND(b->handle) == IX_KIND_TCP)
			ix_conn_result((struct ix_conn *)b->cookie, b);
	}
	e->nsg = 0;
}

static int enter(struct ix_et *e, uint32_t flags)
{
	uint32_t n = e->ctx.nbsys;
	int rc = ix_self.dp->enter(e->id, &e->ctx, flags);

	e->ctx.nbsys = 0;
	results(e, n);
	return rc;
}

static bool calls(struct ix_et *e, struct ix_obj *o)
{
	if (o->kind == IX_KIND_UDP)
		return ix_udp_calls(e, (struct ix_udp *)o);
	return ix_conn_calls(e, (struct ix_conn *)o);
}

/*
 * Move the calls of all dirty objects into the batch; executes what does not
 * fit. Objects that become dirty by a result wait for the next round.
 */
static void gather(struct ix_et *e)
{
	struct ix_obj *o, *next;

	e->written = 0;
	for (o = e->dirty, e->dirty = NULL; o; o = next) {
		next = o->dirty_next;
		o->dirty = 0;
		if (!calls(e, o)) {
			enter(e, 0);
			calls(e, o);
		}
	}
}

static void event(struct ix_et *e, const struct ix_event *ev)
{
	struct ix_obj *o = (struct ix_obj *)ev->cookie;

	/* a connection that has moved, after a kill in between */
	if (!o || (o->kind == IX_KIND_TCP && o->et != e->id))
		return;
	switch (o->kind) {
	case IX_KIND_TCP:
		ix_conn_event(e, (struct ix_conn *)o, ev);
		break;
	case IX_KIND_LISTENER:
		if (ev->type == IX_EV_KNOCK)
			ix_self.h->knock((struct ix_listener *)o, e->id, ev);
		break;
	case IX_KIND_UDP:
		ix_udp_event(e, (struct ix_udp *)o, ev);
		break;
	}
}

/* The stack's answers to itself wait for the next entry. */
static bool due_at_once(const struct ix_et *e)
{
	return e->ctx.next_timer_ns <= e->ctx.now_ns;
}

int ix_round(struct ix_et *e, unsigned flags)
{
	uint32_t how = IX_ENTER_EVENTS;
	uint32_t i, n, rx;

	if (flags & IX_DRIVE_POLL)
		how |= IX_ENTER_POLL;
	e->unsettled = 0;
	gather(e);
	if (enter(e, how) < 0)
		return 0;
	e->unsettled |= due_at_once(e);
	n = e->ctx.nevents;
	rx = e->ctx.rx;
	if (e->dirty) {
		/* a CLOSE that waited for its SENDV */
		gather(e);
		enter(e, 0);
	}
	for (i = 0; i < n; i++)
		event(e, &e->events[i]);
	return (int)(rx + n);
}

int ix_drive(unsigned et, unsigned flags)
{
	struct ix_et *e = ix_et(et);
	int n;

	ix_marked &= ~(1u << et);
	n = ix_round(e, flags);

	/* the owner polls when it drives, not when it runs relays */
	if (!flags && ix_unpolled(e, e->ctx.now_ns)) {
		flags = IX_DRIVE_POLL;
		n += ix_round(e, flags);
	}
	if (flags == IX_DRIVE_POLL)
		e->last_poll_ns = e->ctx.now_ns;
	ix_drive_check(e);
	return n;
}

void ix_push(struct ix_et *e)
{
	gather(e);
	enter(e, 0);
	ix_drive_check(e);
}

void ix_unsettle(unsigned et)
{
	ix_et(et)->unsettled = 1;
}

bool ix_unsettled(unsigned et)
{
	return ix_et(et)->unsettled;
}

uint64_t ix_drive_now(unsigned et)
{
	return ix_et(et)->ctx.now_ns;
}

int64_t ix_call(unsigned et, struct ix_bsys *b)
{
	struct ix_et *e = ix_et(et);
	struct ix_bsys *slot;

	gather(e);
	if (e->ctx.nbsys == IX_BATCH)
		enter(e, 0);
	slot = &e->bsys[e->ctx.nbsys];
	*slot = *b;
	e->ctx.nbsys++;
	enter(e, 0);
	/* what it sent to this host itself has arrived: a round tells of it */
	e->unsettled |= e->ctx.more || due_at_once(e);
	*b = *slot;
	ix_drive_check(e);
	return b->result;
}
