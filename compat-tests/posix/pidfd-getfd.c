// SPDX-License-Identifier: MIT
/* pidfd-getfd - a descriptor taken by pidfd_getfd() is a copy of the connection, which lives as long as it does. */
#include <sys/syscall.h>

#include "roles.h"

static void subject(struct role *r, int fd)
{
	int self = (int)syscall(SYS_pidfd_open, getpid(), 0), copy;

	OK(self);
	copy = (int)syscall(SYS_pidfd_getfd, self, fd, 0);
	OK(copy);
	GIVES(fcntl(copy, F_GETFD), FD_CLOEXEC);
	FAILS(syscall(SYS_pidfd_getfd, self, 9999, 0), EBADF);
	FAILS(syscall(SYS_pidfd_getfd, self, fd, 1), EINVAL);
	OK(close(fd));
	send_text(copy, "from the copy");
	want_text(copy, "to the copy");
	OK(close(copy));
	OK(close(self));
	meet(r, 'c');
}

static void helper(struct role *r, int fd)
{
	want_text(fd, "from the copy");
	want_quiet(fd, 30);
	send_text(fd, "to the copy");
	want_eof(fd);
	meet(r, 'c');
}

int main(int argc, char **argv)
{
	return conn_main(argc, argv, subject, helper);
}
