// SPDX-License-Identifier: MIT
/*
 * numbers.c - descriptors that the kernel has handed out
 *
 * A descriptor may be closed where we do not see it: by a system call in a
 * program's own assembly, inside the C library, by a ring. Its number is then
 * another file's, while our table still has the socket. So each call that hands
 * out a number looks whether the table has something under it: that is stale, and
 * is given up as by close().
 */
#include <errno.h>
#include <unistd.h>

#include "base/raw.h"
#include "shim/front/calls.h"
#include "shim/front/numbers.h"
#include "shim/host/host.h"
#include "shim/object/fd.h"

SHIM_EARLY void number_made(int fd)
{
	int err;

	if (__builtin_expect(fd < 0 || !fd_entry(fd), 1))
		return;
	err = errno;
	entry_unref(fd_take(fd));
	errno = err;
}

SHIM_EARLY static void pair_made(int rc, const int fds[2])
{
	if (rc < 0)
		return;
	number_made(fds[0]);
	number_made(fds[1]);
}

#define ONE(fd) number_made(fd)
#define PAIR(rc, fds) pair_made(rc, fds)
#define STREAM(f) number_made((f) ? fileno(f) : -1)
#define DIRECTORY(d) number_made((d) ? dirfd(d) : -1)
#define X(ret, name, params, args)
#define V(ret, name, params)
#define N(ret, name, params, args, new)   \
	SHIM_EARLY ret call_##name params \
	{                                 \
		ret rc = host.name args;  \
                                          \
		new;                      \
		return rc;                \
	}
#include "shim/host/calls.def"
#undef X
#undef V

SHIM_EARLY long numbers_raw(long nr, const long arg[6])
{
	long rc = raw_syscall(nr, arg);

	switch (nr) {
	case SYS_pipe:
	case SYS_pipe2:
		pair_made((int)rc, (const int *)arg[0]);
		break;
	case SYS_socketpair:
		pair_made((int)rc, (const int *)arg[3]);
		break;
	case SYS_signalfd:
	case SYS_signalfd4:
		number_made(arg[0] < 0 ? (int)rc : -1);
		break;
	case SYS_open:
	case SYS_openat:
	case SYS_openat2:
	case SYS_creat:
	case SYS_open_by_handle_at:
	case SYS_eventfd:
	case SYS_eventfd2:
	case SYS_epoll_create:
	case SYS_epoll_create1:
	case SYS_timerfd_create:
	case SYS_inotify_init:
	case SYS_inotify_init1:
	case SYS_fanotify_init:
	case SYS_memfd_create:
	case SYS_memfd_secret:
	case SYS_pidfd_open:
	case SYS_perf_event_open:
	case SYS_userfaultfd:
	case SYS_mq_open:
		number_made((int)rc);
		break;
	}
	return rc;
}
