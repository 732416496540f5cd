// SPDX-License-Identifier: MIT
/*
 * stuck.c - programs that do not come for what the dataplane has for them
 *
 * A program's thread may compute, be stopped or loop for ever: the owner then
 * drives, and its connections live on. But events wait, or the elastic thread
 * is locked; whoever looks for the reason is told: in `ixcp threads`, by a
 * counter, and by a line on the program's standard error (--log warn).
 */
#include <stdio.h>

#include "control/host/instance/stderr.h"
#include "control/host/owner/owner.h"
#include "control/host/owner/stuck.h"

#define STUCK_MS 1000
#define STUCK_NS (STUCK_MS * NSEC_PER_MSEC)
#define WRONG_MIN 20 /* packets with wrong checksums, before it is told */

void stuck_tell(const struct instance *in, const char *text)
{
	char line[320];

	if (in->cfg.log < LOG_WARN)
		return;
	snprintf(line, sizeof(line), "ix: %s: %s\n", in->program, text);
	stderr_write(in->stderr_fd, in->proc_fd, in->booter, line);
}

static void tell_stuck(const struct owner *o, const struct ethread *et,
		       bool locked)
{
	char text[160];

	if (locked)
		snprintf(text, sizeof(text),
			 "elastic thread %u has been locked for %u ms by a "
			 "thread that does not go on (thread %u was the last)",
			 et->id, STUCK_MS, et->last_tid);
	else
		snprintf(text, sizeof(text),
			 "no thread has come to elastic thread %u for %u ms, "
			 "which has events for it; its connections are kept",
			 et->id, STUCK_MS);
	stuck_tell(o->in, text);
}

static void tell_back(const struct owner *o, const struct ethread *et,
		      uint64_t ns)
{
	char text[96];

	snprintf(text, sizeof(text),
		 "elastic thread %u is driven again after %llu ms", et->id,
		 (unsigned long long)(ns / NSEC_PER_MSEC));
	stuck_tell(o->in, text);
}

/* Iterations that were not the owner's: the program was there. */
static bool has_come(struct duty *d, const struct ethread *et)
{
	uint64_t n = __atomic_load_n(&et->stats.iterations, __ATOMIC_RELAXED);
	bool come = n != d->iterations;

	d->iterations = n;
	return come;
}

static uint64_t since(const struct duty *d)
{
	if (!d->waits_ns || !d->locked_ns)
		return d->waits_ns | d->locked_ns;
	return RTE_MIN(d->waits_ns, d->locked_ns);
}

static void welcome(const struct owner *o, struct duty *d,
		    const struct ethread *et, uint64_t now)
{
	if (d->stuck)
		tell_back(o, et, now - since(d));
	d->stuck = false;
	d->waits_ns = d->locked_ns = d->call_ns = 0;
}

void stuck_before_round(struct owner *o, unsigned id, uint64_t now)
{
	struct ethread *et = o->in->core.et[id];
	struct duty *d = &o->duty[id];

	if (has_come(d, et))
		welcome(o, d, et, now);
	d->events = et->stats.events;
}

void stuck_after_round(struct owner *o, unsigned id, bool waiting, uint64_t now)
{
	struct ethread *et = o->in->core.et[id];
	struct duty *d = &o->duty[id];

	if (has_come(d, et)) /* we have */
		d->locked_ns = 0;
	else if (!d->locked_ns)
		d->locked_ns = now;
	if ((waiting || et->stats.events != d->events) && !d->waits_ns)
		d->waits_ns = now;
}

/* A link on which most is wrong is none that wears out: whoever sends leaves the
 * checksums to a device that does not fill them in. */
static void look_at_checksums(const struct owner *o, struct duty *d,
			      const struct ethread *et)
{
	uint64_t wrong = et->net.stats.ip_drop_l4_cksum;
	char text[224];

	if (d->unfilled || wrong < WRONG_MIN || wrong * 2 < et->stats.rx)
		return;
	d->unfilled = true;
	snprintf(text, sizeof(text),
		 "%llu of %llu packets had wrong TCP or UDP checksums and were "
		 "dropped: does the sender leave them to its device? (there: "
		 "ethtool -K NAME tx off)",
		 (unsigned long long)wrong, (unsigned long long)et->stats.rx);
	stuck_tell(o->in, text);
}

uint64_t stuck_look(struct owner *o, unsigned id, uint64_t now)
{
	struct ethread *et = o->in->core.et[id];
	struct duty *d = &o->duty[id];

	look_at_checksums(o, d, et);
	if (has_come(d, et) || !o->nprocs)
		welcome(o, d, et, now);
	if (!since(d) || d->stuck)
		return UINT64_MAX;
	if (now < since(d) + STUCK_NS)
		return since(d) + STUCK_NS;
	d->stuck = true;
	et->stats.unresponsive++;
	tell_stuck(o, et, d->locked_ns != 0);
	return UINT64_MAX;
}
