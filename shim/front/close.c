// SPDX-License-Identifier: MIT
/*
 * close.c - close, its ranges, dup, and copies of another process's descriptors
 *
 * The table's entry goes before the number does: another thread may get the
 * number at once.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/raw.h"
#include "libix/share/self.h"
#include "shim/front/calls.h"
#include "shim/front/numbers.h"
#include "shim/host/host.h"
#include "shim/inet/tcp.h"
#include "shim/object/fd.h"
#include "shim/object/fdtab.h"
#include "shim/object/hold.h"
#include "shim/object/sock.h"
#include "shim/option/priv.h"
#include "shim/process/boot.h"

#define RANGE_FLAGS (CLOSE_RANGE_CLOEXEC | CLOSE_RANGE_UNSHARE)

static int close_entry(int fd, uint64_t e)
{
	struct sock *s = entry_obj(e, FD_SOCK);
	int rc, err;

	cancel_point();
	if (s && __builtin_expect(s->priv->opts.linger > 0, 0))
		stream_linger(s);
	e = fd_take(fd);
	/* not close(), where a cancelled thread would end with its half done */
	rc = (int)raw_call(SYS_close, fd);
	err = errno;
	if (s)
		sock_hold_close(s);
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
	return host.close(fd);
}

/*
 * Ranges leave the dataplane's own descriptors alone.
 */
static void forget_range(unsigned first, unsigned last)
{
	unsigned fd;

	for (fd = first; fd <= last && fd < fd_self.tab->high; fd++)
		if (fd_entry((int)fd))
			call_close((int)fd);
}

static int close_part(unsigned first, unsigned last, int flags)
{
	if (first > last)
		return 0;
	if (!((unsigned)flags & CLOSE_RANGE_CLOEXEC))
		forget_range(first, last);
	return host.close_range(first, last, flags);
}

int call_close_range(unsigned first, unsigned last, int flags)
{
	unsigned min, end;
	int rc;

	if (!fd_self.limit || first > last || ((unsigned)flags & ~RANGE_FLAGS))
		return host.close_range(first, last, flags);
	min = (unsigned)ix_fds()->hidden_min;
	end = (unsigned)ix_fds()->hidden_end;
	if (first >= end || last < min)
		return close_part(first, last, flags);
	rc = close_part(first, min - 1, flags);
	return rc < 0 ? rc : close_part(end, last, flags);
}

void call_closefrom(int first)
{
	if (!fd_self.limit)
		host.closefrom(first);
	else
		call_close_range(first < 0 ? 0 : (unsigned)first, UINT_MAX, 0);
}

/*
 * dup
 */
int call_dup(int fd)
{
	int n;

	if (__builtin_expect(fd_entry(fd) != 0, 0))
		return call_fcntl(fd, F_DUPFD, NULL);
	n = host.dup(fd);
	number_made(n);
	return n;
}

/* dup2 or dup3 (flags >= 0), where one of both is of interest. */
static int dup_onto(int fd, int to, int flags)
{
	uint64_t e, old = 0;
	int rc;

	fdtab_lock();
	e = fd_entry(fd);
	rc = flags < 0 ? host.dup2(fd, to) : host.dup3(fd, to, flags);
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
		return host.dup2(fd, to);
	return dup_onto(fd, to, -1);
}

int call_dup3(int fd, int to, int flags)
{
	if (fd_hidden(to) || fd_hidden(fd))
		return (int)ret_errno(-EBADF);
	if (!fd_entry(fd) && !fd_entry(to))
		return host.dup3(fd, to, flags);
	return dup_onto(fd, to, flags);
}

/*
 * pidfd_getfd
 */
static int pid_of(int pidfd)
{
	char path[48], text[512];
	const char *at;
	long n;
	int fd;

	snprintf(path, sizeof(path), "/proc/thread-self/fdinfo/%d", pidfd);
	fd = (int)raw_call(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	n = raw_call(SYS_read, fd, text, sizeof(text) - 1);
	raw_call(SYS_close, fd);
	text[n > 0 ? n : 0] = 0;
	at = strstr(text, "Pid:");
	return at ? atoi(at + 4) : -1;
}

/* One more reference to the socket that a process of this instance has under
 * fd, if it has not just given up the last. */
static uint64_t entry_of(int pid, int fd)
{
	struct fdtab *t = fdtab_find(pid);
	struct sock *s;
	uint64_t e;

	if (!t || (uint32_t)fd >= fd_self.limit)
		return 0;
	e = __atomic_load_n(&t->ent[fd], __ATOMIC_ACQUIRE);
	s = entry_obj(e, FD_SOCK);
	return s && !(e & ENTRY_GIVEN) && sock_try_ref(s) ? e : 0;
}

int call_pidfd_getfd(int pidfd, int fd, unsigned flags)
{
	int n = host.pidfd_getfd(pidfd, fd, flags);
	uint64_t e, old;

	if (n < 0 || !booted())
		return n;
	e = entry_of(pid_of(pidfd), fd);
	fdtab_lock();
	old = fd_swap(n, e);
	fdtab_unlock();
	entry_unref(old);
	return n;
}
