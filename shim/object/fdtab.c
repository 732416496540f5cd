// SPDX-License-Identifier: MIT
/*
 * fdtab.c - the tables of descriptors of all processes of an instance
 */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libix/share/memory.h"
#include "libix/share/self.h"
#include "shim/object/fd.h"
#include "shim/object/fdtab.h"
#include "shim/object/owner.h"
#include "shim/object/root.h"
#include "shim/object/sock.h"

static struct fdtab *tab_of(const struct shim_root *r, uint32_t i)
{
	return (struct fdtab *)(r->tabs + i * r->tab_size);
}

struct fdtab *fdtab_at(uint32_t i)
{
	return tab_of(shim_root, i);
}

static struct fdtab *tab_get(uint32_t pid)
{
	struct fdtab *t, *found = NULL;
	uint32_t i;

	hold_lock(&shim_root->lock);
	for (i = 0; i < shim_root->tabs_max && !found; i++) {
		t = fdtab_at(i);
		if (t->pid == 0)
			found = t;
	}
	if (found)
		found->pid = pid;
	hold_unlock(&shim_root->lock);
	return found;
}

static struct fdtab *find_in(const struct shim_root *r, int pid)
{
	struct fdtab *t;
	uint32_t i;

	for (i = 0; i < r->tabs_max; i++) {
		t = tab_of(r, i);
		if (__atomic_load_n(&t->pid, __ATOMIC_ACQUIRE) == (uint32_t)pid)
			return t;
	}
	return NULL;
}

struct fdtab *fdtab_find(int pid)
{
	return shim_root && pid > 0 ? find_in(shim_root, pid) : NULL;
}

bool fdtab_inherited(void)
{
	const struct shim_root *r = ix_shared_find();

	return r && find_in(r, getpid());
}

static void use(struct fdtab *t)
{
	fd_self.tab = t;
	fd_self.ent = t->ent;
	__atomic_store_n(&fd_self.limit, shim_root->fds_max, __ATOMIC_RELEASE);
}

/* In a guest: the keeper has to watch a new table's process. */
static void tell_keeper(void)
{
	if (!ix_in_guest())
		return;
	__atomic_store_n(&shim_root->children_told, 1, __ATOMIC_RELEASE);
	owner_wake();
	ix_gate()->keeper(IX_KEEPER_SOON);
}

/* Is fd still what the entry says? An exec closes descriptors. */
static bool is_open(int fd, uint64_t e)
{
	struct stat st;

	return fstat(fd, &st) == 0 &&
	       (!entry_obj(e, FD_SOCK) || S_ISSOCK(st.st_mode));
}

/* Of threads that are no more. */
static void drop_held(struct fdtab *t)
{
	struct sock *s;
	uint32_t i;

	for (i = 0; i < FDTAB_HOLDS; i++) {
		s = __atomic_exchange_n(&t->held[i], NULL, __ATOMIC_ACQ_REL);
		if (s)
			sock_unref(s);
	}
}

static void inherit(struct fdtab *t)
{
	uint32_t i;

	/* a thread that the exec ended may have held it */
	memset(&t->lock, 0, sizeof(t->lock));
	use(t);
	drop_held(t);
	for (i = 0; i < t->high; i++) {
		uint64_t e = t->ent[i];

		if (!e || (!(e & ENTRY_GIVEN) && is_open((int)i, e)))
			continue;
		fd_take((int)i);
		if (!(e & ENTRY_GIVEN))
			entry_unref(e);
	}
}

int fdtab_start(void)
{
	struct fdtab *old = fdtab_find(getpid());
	struct fdtab *t = old ? old : tab_get((uint32_t)getpid());

	if (!t)
		return -EMFILE;
	if (old)
		inherit(old);
	else
		use(t);
	tell_keeper();
	return 0;
}

struct fdtab *fdtab_copy(void)
{
	uint32_t fork =
		__atomic_fetch_add(&shim_root->forks, 1, __ATOMIC_RELAXED);
	struct fdtab *t =
		tab_get(FDTAB_FORKING | (fork % (FDTAB_TOLD - 1) + 1));
	uint32_t i;

	if (!t)
		return NULL;
	t->high = fd_self.tab->high;
	for (i = 0; i < t->high; i++) {
		t->ent[i] = fd_self.ent[i];
		entry_ref(t->ent[i]);
	}
	return t;
}

void fdtab_adopt(struct fdtab *t)
{
	__atomic_store_n(&t->pid, (uint32_t)getpid(), __ATOMIC_RELEASE);
	use(t);
	tell_keeper();
}

void fdtab_drop(struct fdtab *t)
{
	uint32_t i, high = t->high;

	for (i = 0; i < high; i++) {
		uint64_t e =
			__atomic_exchange_n(&t->ent[i], 0, __ATOMIC_ACQ_REL);

		if (!(e & ENTRY_GIVEN))
			entry_unref(e);
	}
	drop_held(t);
	t->high = 0;
	memset(&t->lock, 0, sizeof(t->lock));
	__atomic_store_n(&t->pid, 0, __ATOMIC_RELEASE);
}
