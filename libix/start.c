// SPDX-License-Identifier: MIT
/*
 * start.c - load the dataplane, start the instance, shared memory
 */
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

#include "base/branch.h"
#include "app.h"
#include "gate.h"

struct ix_process ix_self;

bool ix_started(void)
{
	return ix_self.app != NULL;
}

const struct ix_info *ix_info(void)
{
	return &ix_self.info;
}

const struct ix_dp *ix_gate(void)
{
	return ix_self.dp;
}

uint64_t ix_now_ns(void)
{
	return ix_self.dp->now_ns();
}

uint64_t ix_spin_ns(void)
{
	uint32_t us = ix_self.info.idle_us;

	return us == UINT32_MAX ? UINT64_MAX : us * (uint64_t)NSEC_PER_USEC;
}

/*
 * libixdp.so lies beside this library, or in its directory ix/. A program that
 * gained privileges takes it from where it was installed: the variable is
 * whoever's who started it, and so is the name by which a program knows itself.
 */
static void name_places(char path[2][512])
{
	bool secure = getauxval(AT_SECURE);
	const char *dir = secure ? IX_LIBDIR : secure_getenv("IX_LIBDIR"),
		   *slash;
	Dl_info self;
	int n;

	if (!dir && dladdr((void *)&ix_self, &self) && self.dli_fname) {
		slash = strrchr(self.dli_fname, '/');
		n = slash ? (int)(slash - self.dli_fname) : 1;
		snprintf(path[0], sizeof(path[0]), "%.*s/libixdp.so", n,
			 slash ? self.dli_fname : ".");
		snprintf(path[1], sizeof(path[1]), "%.*s/ix/libixdp.so", n,
			 slash ? self.dli_fname : ".");
	} else {
		snprintf(path[0], sizeof(path[0]), "%s/libixdp.so",
			 dir ? dir : IX_LIBDIR);
		memcpy(path[1], path[0], sizeof(path[1]));
	}
}

static const struct ix_dp *load(char *err, size_t err_size)
{
	char path[2][512];
	void *lib, *dp;
	int i;

	name_places(path);
	for (i = 0; i < 2; i++) {
		lib = dlopen(path[i], RTLD_NOW | RTLD_LOCAL);
		dp = lib ? dlsym(lib, "ix_dp") : NULL;
		if (dp)
			return dp;
	}
	snprintf(err, err_size, "cannot load the dataplane: %s", dlerror());
	return NULL;
}

static void lay_out(struct ix_app *app, bool private)
{
	unsigned i;

	app->size = ix_self.info.app_size;
	app->used = (sizeof(*app) + 63) & ~(size_t)63;
	app->layout = IX_LAYOUT;
	app->private = private;
	for (i = 0; i < ix_self.info.nethreads; i++) {
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

	if (ix_self.info.app_size < sizeof(*app) + (1 << 20))
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
	struct ix_info info;

	if (!dp || dp->boot(&args, &info) < 0)
		return NULL;
	app = info.app_base;
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

int ix_start(const struct ix_handlers *h, char *err, size_t err_size)
{
	struct ix_boot_args args = {
		.abi = IX_ABI_VERSION,
		/* private objects: the owner cannot handle events */
		.app = h->process_gone ? &ix_app_ops : NULL,
		.err = err,
		.err_size = err_size,
	};
	int rc;

	if (ix_self.app)
		return 0;
	ix_self.dp = gate_find();
	if (!ix_self.dp)
		ix_self.dp = load(err, err_size);
	if (!ix_self.dp)
		return -ENOENT;
	if (ix_self.dp->abi != IX_ABI_VERSION) {
		snprintf(err, err_size, "libixdp.so is of another version");
		return -EPROTO;
	}
	/* the owner is forked in boot() and sees what is set before */
	ix_self.h = h;
	rc = ix_self.dp->boot(&args, &ix_self.info);
	if (rc == -EALREADY)
		snprintf(err, err_size,
			 "the instance of this process has "
			 "started, and is another part's");
	if (rc < 0)
		return rc;
	/* in a guest others may have come before: the sockets' objects of all
	 * programs are one another's, private ones are not */
	rc = ix_lay_out(ix_self.info.app_base, !h->process_gone);
	if (rc == -EBUSY)
		snprintf(err, err_size, "the stack serves another program");
	if (rc < 0)
		return rc;
	ix_self.app = ix_self.info.app_base;
	/* of the threads that an exec ended */
	ix_slots_forget((uint32_t)getpid());
	return 0;
}

int ix_after_fork(void)
{
	ix_thread_reset();
	return ix_self.dp->attach();
}

bool ix_in_guest(void)
{
	return ix_self.dp ? gate_is(ix_self.dp) : gate_find() != NULL;
}

void ix_process_gone(int pid)
{
	ix_slots_forget((uint32_t)pid);
	ix_self.h->process_gone(-1, pid);
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
