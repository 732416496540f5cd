// SPDX-License-Identifier: MIT
/* close-range-flags - CLOSE_RANGE_CLOEXEC marks sockets, CLOSE_RANGE_UNSHARE closes those of the caller; bad ranges fail. */
#include <linux/close_range.h>
#include <sys/syscall.h>

#include "kinds.h"

static void marks(struct role *r, struct made *m)
{
	unsigned int n = (unsigned int)m->fd;

	(void)r;
	OK(close_range(n, n, CLOSE_RANGE_CLOEXEC));
	GIVES(fcntl(m->fd, F_GETFD), FD_CLOEXEC);
	FAILS(close_range(n, n - 1, 0), EINVAL);
	FAILS(close_range(n, n, 64), EINVAL);
	GIVES(fcntl(m->fd, F_GETFL), O_RDWR);
	OK(fcntl(m->fd, F_SETFD, 0));
	GIVES(syscall(SYS_close_range, n, n, CLOSE_RANGE_CLOEXEC), 0);
	GIVES(fcntl(m->fd, F_GETFD), FD_CLOEXEC);
	OK(close_range(n, n, CLOSE_RANGE_UNSHARE));
	FAILS(fcntl(m->fd, F_GETFD), EBADF);
}

static void subject(struct role *r)
{
	each_kind(r, OF_ALL, marks);
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
