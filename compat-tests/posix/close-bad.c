// SPDX-License-Identifier: MIT
/* close-bad - closing what is not open is EBADF by every name and leaves the sockets beside it. */
#include <sys/syscall.h>

#include "kinds.h"

static void beside(struct role *r, struct made *m)
{
	(void)r;
	FAILS(close(-1), EBADF);
	FAILS(close(m->fd + 1000), EBADF);
	FAILS(close(INT32_MAX), EBADF);
	FAILS(syscall(SYS_close, -1), EBADF);
	FAILS(syscall(SYS_close, 0x100000000L - 1), EBADF);
	OK(close_range(3000, 4000, 0));
	GIVES(fcntl(m->fd, F_GETFL), O_RDWR);
	/* the number is an int: what is above it does not count */
	GIVES(syscall(SYS_close, 0x700000000L + m->fd), 0);
	FAILS(fcntl(m->fd, F_GETFL), EBADF);
}

static void subject(struct role *r)
{
	each_kind(r, OF_ALL, beside);
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
