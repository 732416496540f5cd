// SPDX-License-Identifier: MIT
/*
 * migrate.c - a connection moves to another elastic thread
 *
 * Both are locked, so that nobody sees it in between. Bytes that were received
 * and not read lie in memory of where it was: they are forgotten here, and
 * delivered again by where it is.
 */
#include <errno.h>

#include "libix/share/app.h"

#define ROUNDS 64 /* until all of it is delivered again */

static void lock_two(unsigned a, unsigned b)
{
	ix_et_lock(a < b ? a : b);
	ix_et_lock(a < b ? b : a);
}

static void unlock_two(unsigned a, unsigned b)
{
	ix_et_unlock(a);
	ix_et_unlock(b);
}

/* Off the list of objects with calls to issue. */
static void unmark(struct ix_et *e, struct ix_obj *o)
{
	struct ix_obj **p, *last = NULL;

	if (!o->dirty)
		return;
	for (p = &e->dirty; *p != o; p = &(*p)->dirty_next)
		last = *p;
	*p = o->dirty_next;
	if (e->dirty_tail == o)
		e->dirty_tail = last;
	o->dirty = 0;
}

static void forget_received(struct ix_et *e, struct ix_conn *c)
{
	struct ix_rx *r;

	while ((r = c->rx_head)) {
		c->rx_head = r->next;
		ix_pool_put(&e->rx, r);
	}
	c->rx_tail = NULL;
	c->rx_off = 0;
	c->o.rx_bytes = 0;
}

/* Memory of bytes to send stays where it is, but another pool gets it back. */
static void count_sent(struct ix_et *from, struct ix_et *to,
		       const struct ix_conn *c)
{
	const struct ix_chunk *k;

	for (k = c->tx_head; k; k = k->next) {
		if (k->cap < IX_CHUNK_SMALL) {
			from->small.in_use--;
			to->small.in_use++;
		} else {
			from->big.in_use--;
			to->big.in_use++;
		}
	}
}

static int move(struct ix_conn *c, struct ix_et *from, struct ix_et *to)
{
	struct ix_bsys b = { .nr = IX_BSYS_MIGRATE,
			     .handle = c->o.handle,
			     .len = to->id };
	unsigned i;
	int rc;

	if (c->o.kind != IX_KIND_TCP || c->o.flags & (IX_O_CLOSE | IX_O_DEAD))
		return -EOPNOTSUPP;
	/* after the calls that wait: what was read is given back */
	rc = (int)ix_call(from->id, &b);
	if (rc < 0)
		return rc;
	unmark(from, &c->o);
	forget_received(from, c);
	count_sent(from, to, c);
	c->o.et = (uint8_t)to->id;
	c->o.handle = b.handle;
	ix_mark(&c->o);
	for (i = 0; i < ROUNDS; i++) {
		ix_drive(to->id, 0);
		if (!to->ctx.more)
			break;
	}
	return 0;
}

int ix_migrate(struct ix_conn *c, unsigned et)
{
	unsigned from = __atomic_load_n(&c->o.et, __ATOMIC_RELAXED);
	int rc = -EAGAIN;

	if (et >= ix_self.boot.info.nethreads)
		return -EINVAL;
	if (from == et)
		return 0;
	lock_two(from, et);
	if (c->o.et == from)
		rc = move(c, ix_et(from), ix_et(et));
	unlock_two(from, et);
	return rc;
}
