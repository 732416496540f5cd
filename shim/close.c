// SPDX-License-Identifier: MIT
/*
 * close.c - close, its ranges, and dup
 *
 * The table's entry goes before the number does: another thread may get the
 * number at once.
 */
#include <fcntl.h>
#include <limits.h>
#include <unistd.h>

#include "shim/calls.h"
#include "shim/fd.h"
#include "shim/tcp.h"

static int close_entry(int fd, uint64_t e)
{
	struct sock *s = entry_obj(e, FD_SOCK);
	int rc, err;

	if (s && __builtin_expect(s->priv->opts.linger > 0, 0))
		tcp_linger(s);
	e = fd_take(fd);
	rc = real_close(fd);
	err = errno;
	entry_unref(e);
	errno = err;
	return rc;
}

int call_close(int fd)
{
	uint64_t e = fd_entry(fd);

	if (__builtin_expect(e != 0, 0))
		return close_entry(fd, e);
	if (__builtin_expect(fd_hidden(fd), 0))
		return (int)ret_errno(-EBADF);
	return real_close(fd);
}

/*
 * Ranges leave the dataplane's own descriptors, which lie above the program's,
 * alone.
 */
static void forget_range(unsigned first, unsigned last)
{
	unsigned fd;

	for (fd = first; fd <= last && fd < fd_self.tab->high; fd++)
		if (fd_entry((int)fd))
			call_close((int)fd);
}

int call_close_range(unsigned first, unsigned last, int flags)
{
	unsigned end;

	if (!fd_self.limit || first > last)
		return real_close_range(first, last, flags);
	end = (unsigned)ix_info()->hidden_fd_min - 1;
	if (first > end)
		return 0;
	if (last > end)
		last = end;
	if (!(flags & CLOSE_RANGE_CLOEXEC))
		forget_range(first, last);
	return real_close_range(first, last, flags);
}

void call_closefrom(int first)
{
	if (!fd_self.limit)
		real_closefrom(first);
	else
		call_close_range(first < 0 ? 0 : (unsigned)first, UINT_MAX, 0);
}

/*
 * dup
 */
int call_dup(int fd)
{
	if (__builtin_expect(!fd_entry(fd), 1))
		return real_dup(fd);
	return call_fcntl(fd, F_DUPFD, NULL);
}

/* dup2 or dup3 (flags >= 0), where one of both is of interest. */
static int dup_onto(int fd, int to, int flags)
{
	uint64_t e, old = 0;
	int rc;

	fdtab_lock();
	e = fd_entry(fd);
	rc = flags < 0 ? real_dup2(fd, to) : real_dup3(fd, to, flags);
	if (rc >= 0 && fd != to) {
		entry_ref(e);
		old = fd_swap(to, e);
	}
	fdtab_unlock();
	entry_unref(old);
	return rc;
}

int call_dup2(int fd, int to)
{
	if (fd_hidden(to) || fd_hidden(fd))
		return (int)ret_errno(-EBADF);
	if (!fd_entry(fd) && !fd_entry(to))
		return real_dup2(fd, to);
	return dup_onto(fd, to, -1);
}

int call_dup3(int fd, int to, int flags)
{
	if (fd_hidden(to) || fd_hidden(fd))
		return (int)ret_errno(-EBADF);
	if (!fd_entry(fd) && !fd_entry(to))
		return real_dup3(fd, to, flags);
	return dup_onto(fd, to, flags);
}
