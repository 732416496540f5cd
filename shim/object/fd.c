// SPDX-License-Identifier: MIT
/*
 * fd.c - the descriptor table: what each fd number of this process is
 */
#include "libix/share/self.h"
#include "shim/host/host.h"
#include "shim/object/fd.h"
#include "shim/object/root.h"
#include "shim/object/sock.h"

struct fd_self fd_self;
struct fd_ops fd_ops[FD_KINDS];

struct fdent fd_lookup(int fd)
{
	uint64_t e = fd_entry(fd);
	struct fdent out = { .kind = (enum fd_kind)(e & FD_KIND_MASK) };

	if (out.kind != FD_NONE)
		out.obj = (void *)(e & FD_OBJ_MASK);
	return out;
}

struct sock *fd_sock(int fd)
{
	return fd_sock_fast(fd);
}

struct epoll *fd_epoll(int fd)
{
	return entry_obj(fd_entry(fd), FD_EPOLL);
}

bool fd_hidden(int fd)
{
	const struct ix_fds *own = ix_fds();

	return fd_self.limit && fd >= own->hidden_min && fd < own->hidden_end;
}

void fdtab_lock(void)
{
	hold_lock(&fd_self.tab->lock);
}

void fdtab_unlock(void)
{
	hold_unlock(&fd_self.tab->lock);
}

uint64_t fd_swap(int fd, uint64_t e)
{
	uint64_t old;

	if ((uint32_t)fd >= fd_self.limit)
		return 0;
	if (e && (uint32_t)fd >= fd_self.tab->high)
		fd_self.tab->high = (uint32_t)fd + 1;
	old = fd_self.ent[fd];
	__atomic_store_n(&fd_self.ent[fd], e, __ATOMIC_RELEASE);
	return old;
}

static uint64_t replace(int fd, uint64_t e)
{
	uint64_t old;

	fdtab_lock();
	old = fd_swap(fd, e);
	fdtab_unlock();
	return old;
}

void fd_install(int fd, enum fd_kind kind, void *obj)
{
	if ((uint32_t)fd < fd_self.limit)
		entry_unref(replace(fd, (uint64_t)obj | kind));
}

void fd_set_reason(int fd, uint8_t reason)
{
	if ((uint32_t)fd < fd_self.limit)
		entry_unref(replace(fd, (uint64_t)reason << 8));
}

uint64_t fd_take(int fd)
{
	return fd_entry(fd) ? replace(fd, 0) : 0;
}

void fd_close(int fd)
{
	uint64_t e = fd_take(fd);

	own_close(fd);
	entry_unref(e);
}

void entry_ref(uint64_t e)
{
	struct sock *s = entry_obj(e, FD_SOCK);
	enum fd_kind kind = (enum fd_kind)(e & FD_KIND_MASK);

	if (s)
		__atomic_add_fetch(&s->refs, 1, __ATOMIC_RELAXED);
	else if (kind != FD_NONE)
		fd_ops[kind].ref(entry_obj(e, kind));
}

void entry_unref(uint64_t e)
{
	struct sock *s = entry_obj(e, FD_SOCK);
	enum fd_kind kind = (enum fd_kind)(e & FD_KIND_MASK);

	if (s)
		sock_unref(s);
	else if (kind != FD_NONE)
		fd_ops[kind].unref(entry_obj(e, kind));
}
