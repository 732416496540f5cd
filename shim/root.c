// SPDX-License-Identifier: MIT
/*
 * root.c - the memory that the shim shares between processes
 */
#include <errno.h>
#include <sys/mman.h>

#include "shim/root.h"

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

int root_map(void)
{
	const size_t head = PAGES(sizeof(struct shim_root));
	unsigned i;

	for (i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		size_t tab = PAGES(sizeof(struct fdtab) +
				   sizes[i].fds * sizeof(uint64_t));
		size_t all = head + tab * sizes[i].tabs;
		void *p = mmap(NULL, all, PROT_READ | PROT_WRITE,
			       MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1,
			       0);

		if (p == MAP_FAILED)
			continue;
		shim_root = p;
		shim_root->size = all;
		shim_root->fds_max = sizes[i].fds;
		shim_root->tabs_max = sizes[i].tabs;
		shim_root->tab_size = tab;
		shim_root->tabs = (char *)p + head;
		return 0;
	}
	return -ENOMEM;
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
