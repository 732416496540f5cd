// SPDX-License-Identifier: MIT
/*
 * ending.c - how long an instance outlives the last process of its program
 *
 * It delivers what was written (LINGER_NS at most), and before that it serves
 * relays of connections that other programs have (shim/relay/relay.h). That there are
 * some is the word of the program's side, in protected mode of ring 3, which may
 * say so for ever. So the dataplane must see bytes move: without any for as long
 * as TCP itself would wait for a peer, the relays are as good as gone. And as
 * ring 3 could move some for no other reason, there is an end to that, too.
 */
#include <signal.h>
#include <string.h>

#include "control/host/owner/ending.h"
#include "control/host/owner/owner.h"
#include "net/tcp/tcp.h"

#define GRACE_NS \
	(100 * NSEC_PER_MSEC) /* for a child that has not attached yet */
#define LINGER_NS (60 * NSEC_PER_SEC)
#define LINGER_LOOK_NS (20 * NSEC_PER_MSEC)
#define LEASE_WAIT_NS (2 * NSEC_PER_MSEC)
#define IDLE_NS (900 * NSEC_PER_SEC)   /* about tcp_retries2 of Linux */
#define MOST_NS (86400 * NSEC_PER_SEC) /* a day */

/* Set by SIGTERM once no process is left. */
static volatile sig_atomic_t hurry;

static void on_term(int sig)
{
	(void)sig;
	hurry = 1;
}

static void listen_to_term(void)
{
	struct sigaction sa;

	memset(&sa, 0, sizeof(sa));
	sa.sa_handler = on_term;
	sigaction(SIGTERM, &sa, NULL);
}

/* A program's side of its own closes what its dead had open, see bury(),
 * reaper.c. */
static bool lingering(struct owner *o)
{
	struct ix_ctx c = { 0 };
	struct ethread *et;
	uint32_t i, n = 0;

	for (i = 0; i < o->in->core.nethreads; i++) {
		et = o->in->core.et[i];
		if (ethread_take(et, LEASE_WAIT_NS) < 0)
			return true;
		if (!o->in->app) {
			tcp_close_all(&et->net);
			ethread_iterate(et, &c, IX_ENTER_POLL);
		}
		n += tcp_lingering(&et->net) + et->backlog;
		ethread_leave(et);
	}
	return n != 0;
}

/* What connections have carried; a retransmission is no progress. */
static uint64_t carried(const struct core *core)
{
	const struct net_stats *s;
	uint64_t n = 0;
	uint32_t i;

	for (i = 0; i < core->nethreads; i++) {
		s = &core->et[i]->net.stats;
		n += s->tcp_rx_bytes + s->tcp_tx_bytes - s->tcp_rtx_bytes;
	}
	return n;
}

/* Until when relays keep the instance, should nothing more happen. */
static uint64_t relays_until(struct owner *o, uint64_t now)
{
	struct ending *e = &o->ending;
	uint64_t bytes = carried(&o->in->core);

	if (bytes != e->bytes)
		e->moved_ns = now;
	e->bytes = bytes;
	return RTE_MIN(e->moved_ns + IDLE_NS, e->since + MOST_NS);
}

static void begin(struct ending *e, uint64_t now)
{
	*e = (struct ending){ .since = now,
			      .moved_ns = now,
			      .linger_until = now + LINGER_NS };
	listen_to_term();
}

bool ending_is_over(struct owner *o, uint64_t now, uint64_t *next)
{
	struct ending *e = &o->ending;
	uint64_t until;

	if (o->nprocs) {
		e->since = 0;
		return false;
	}
	if (!e->since)
		begin(e, now);
	until = o->busy && !hurry ? relays_until(o, now) : 0;
	if (now < until) {
		e->linger_until = now + LINGER_NS;
		*next = RTE_MIN(*next, until);
		return false;
	}
	if (!hurry && now < o->gone_at + GRACE_NS) {
		*next = RTE_MIN(*next, o->gone_at + GRACE_NS);
		return false;
	}
	if (hurry || now >= e->linger_until || !lingering(o))
		return true;
	*next = RTE_MIN(*next, now + LINGER_LOOK_NS);
	return false;
}
