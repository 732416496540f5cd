// SPDX-License-Identifier: MIT
/*
 * memory.c - the memory that all forks share: its layout, and pools
 */
#include <errno.h>

#include "base/branch.h"
#include "libix/share/app.h"
#include "libix/share/gate.h"

static void lay_out(struct ix_app *app, bool private)
{
	unsigned i;

	app->size = ix_self.boot.info.app_size;
	app->used = (sizeof(*app) + 63) & ~(size_t)63;
	app->layout = IX_LAYOUT;
	app->private = private;
	for (i = 0; i < ix_self.boot.info.nethreads; i++) {
		struct ix_et *e = &app->et[i];

		e->id = i;
		e->ctx.bsys = e->bsys;
		e->ctx.events = e->events;
		e->ctx.events_cap = IX_EVENTS;
		e->rx.size = sizeof(struct ix_rx);
		e->small.size = IX_CHUNK_SMALL;
		e->big.size = IX_CHUNK_BIG;
	}
	__atomic_store_n(&app->ready, 1, __ATOMIC_RELEASE);
}

int ix_lay_out(struct ix_app *app, bool private)
{
	int rc = 0;

	if (ix_self.boot.info.app_size < sizeof(*app) + (1 << 20))
		return -ENOMEM;
	ix_hold_begin();
	ix_lock_take(&app->lock);
	if (!app->ready)
		lay_out(app, private);
	else if (private || app->private || app->layout != IX_LAYOUT)
		rc = -EBUSY;
	ix_lock_release(&app->lock);
	ix_hold_end();
	return rc;
}

void *ix_shared_find(void)
{
	const struct ix_boot_args args = { .abi = IX_ABI_VERSION };
	const struct ix_dp *dp = gate_find();
	const struct ix_app *app;
	struct ix_booted out;

	if (!dp || dp->boot(&args, &out) < 0)
		return NULL;
	app = out.info.app_base;
	if (!__atomic_load_n(&app->ready, __ATOMIC_ACQUIRE) || app->private ||
	    app->layout != IX_LAYOUT)
		return NULL;
	return __atomic_load_n(&app->anchor, __ATOMIC_ACQUIRE);
}

void *ix_shared_anchor(void *mine)
{
	void *none = NULL;

	if (!mine)
		return __atomic_load_n(&ix_self.app->anchor, __ATOMIC_ACQUIRE);
	return __atomic_compare_exchange_n(&ix_self.app->anchor, &none, mine,
					   false, __ATOMIC_ACQ_REL,
					   __ATOMIC_ACQUIRE) ?
		       mine :
		       none;
}

void *ix_shared_alloc(size_t size, size_t align)
{
	struct ix_app *app = ix_self.app;
	size_t start;
	char *p = NULL;

	ix_hold_begin();
	ix_lock_take(&app->lock);
	start = (app->used + align - 1) & ~(align - 1);
	if (start <= app->size && size <= app->size - start) {
		app->used = start + size;
		p = (char *)app + start;
	}
	ix_lock_release(&app->lock);
	ix_hold_end();
	return p;
}

size_t ix_shared_used(void)
{
	return __atomic_load_n(&ix_self.app->used, __ATOMIC_RELAXED);
}

/* Objects are carved from slabs of about this many bytes. */
#define SLAB 65536

static void *pool_grow(struct ix_pool *p)
{
	size_t step = (p->size + 63) & ~(size_t)63;
	unsigned n = step < SLAB ? (unsigned)(SLAB / step) : 1, i;
	char *slab = ix_shared_alloc(step * n, 64);

	if (!slab)
		return NULL;
	for (i = 1; i < n; i++) {
		void **obj = (void **)(slab + i * step);

		*obj = p->free;
		p->free = obj;
	}
	return slab;
}

void *ix_pool_get(struct ix_pool *p)
{
	void **obj = p->free;

	if (likely(obj != NULL))
		p->free = *obj;
	else
		obj = pool_grow(p);
	if (obj)
		p->in_use++;
	return obj;
}

void ix_pool_put(struct ix_pool *p, void *obj)
{
	*(void **)obj = p->free;
	p->free = obj;
	p->in_use--;
}
