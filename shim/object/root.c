// SPDX-License-Identifier: MIT
/*
 * root.c - the memory that the shim shares between processes
 */
#include <errno.h>
#include <sys/mman.h>

#include "libix/share/lock.h"
#include "libix/share/memory.h"
#include "shim/object/fdtab.h"
#include "shim/object/root.h"

#define PAGES(n) (((n) + 4095) & ~(size_t)4095)

struct shim_root *shim_root;

/* Address space may be limited (ulimit -v): fewer processes and fds then. */
static const struct {
	uint32_t tabs, fds;
} sizes[] = {
	{ FDTABS_MAX, FDS_MAX },
	{ 64, 65536 },
	{ 16, 4096 },
};
#define NSIZES (sizeof(sizes) / sizeof(*sizes))

static size_t tab_size(unsigned i)
{
	return PAGES(sizeof(struct fdtab) + sizes[i].fds * sizeof(uint64_t));
}

static size_t root_size(unsigned i)
{
	return PAGES(sizeof(struct shim_root)) + tab_size(i) * sizes[i].tabs;
}

static struct shim_root *init(void *p, unsigned i, root_pools_fn *pools)
{
	struct shim_root *r = p;

	r->size = root_size(i);
	r->fds_max = sizes[i].fds;
	r->tabs_max = sizes[i].tabs;
	r->tab_size = tab_size(i);
	r->tabs = (char *)p + PAGES(sizeof(*r));
	pools(r);
	return r;
}

int root_map(root_pools_fn *pools)
{
	unsigned i;

	for (i = 0; i < NSIZES; i++) {
		void *p = mmap(NULL, root_size(i), PROT_READ | PROT_WRITE,
			       MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1,
			       0);

		if (p == MAP_FAILED)
			continue;
		madvise(p, root_size(i), MADV_DONTDUMP);
		shim_root = init(p, i, pools);
		return 0;
	}
	return -ENOMEM;
}

int root_join(root_pools_fn *pools)
{
	unsigned i;
	void *p;

	shim_root = ix_shared_anchor(NULL);
	for (i = 0; i < NSIZES && !shim_root; i++) {
		if (root_size(i) > ix_info()->app_size / 4)
			continue;
		p = ix_shared_alloc(root_size(i), 4096);
		if (p)
			shim_root = ix_shared_anchor(init(p, i, pools));
	}
	return shim_root ? 0 : -ENOMEM;
}

void root_unmap(void)
{
	munmap(shim_root, shim_root->size);
	shim_root = NULL;
}

void hold_lock(struct ix_lock *l)
{
	ix_hold_begin();
	ix_lock_take(l);
}

void hold_unlock(struct ix_lock *l)
{
	ix_lock_release(l);
	ix_hold_end();
}

void *hold_pool_get(struct ix_lock *l, struct ix_pool *p)
{
	void *obj;

	hold_lock(l);
	obj = ix_pool_get(p);
	hold_unlock(l);
	return obj;
}

void hold_pool_put(struct ix_lock *l, struct ix_pool *p, void *obj)
{
	hold_lock(l);
	ix_pool_put(p, obj);
	hold_unlock(l);
}
