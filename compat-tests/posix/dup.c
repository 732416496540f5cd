// SPDX-License-Identifier: MIT
/* dup - dup(), dup2(), dup3() and F_DUPFD share one connection, which ends with the last of them. */
#include "roles.h"

static void subject(struct role *r, int fd)
{
	int a = dup(fd), b = dup2(fd, 60), c = dup3(fd, 61, O_CLOEXEC);
	int d = fcntl(fd, F_DUPFD_CLOEXEC, 62);

	OK(a);
	GIVES(b, 60);
	GIVES(c, 61);
	GIVES(d, 62);
	CHECK(!(fcntl(b, F_GETFD) & FD_CLOEXEC));
	CHECK(fcntl(c, F_GETFD) & FD_CLOEXEC);
	CHECK(fcntl(d, F_GETFD) & FD_CLOEXEC);
	GIVES(dup2(fd, fd), fd);
	FAILS(dup3(fd, fd, 0), EINVAL);
	send_text(fd, "1");
	OK(close(fd));
	FAILS(send(fd, "x", 1, MSG_NOSIGNAL), EBADF);
	send_text(a, "2");
	OK(close(a));
	send_text(b, "3");
	OK(close(b));
	send_text(c, "4");
	OK(close(d));
	meet(r, 's');
	want_text(c, "still");
	OK(close(c));
	meet(r, 'c');
}

static void helper(struct role *r, int fd)
{
	want_text(fd, "1234");
	want_quiet(fd, 50); /* no end yet */
	send_text(fd, "still");
	meet(r, 's');
	want_eof(fd);
	meet(r, 'c');
}

int main(int argc, char **argv)
{
	return conn_main(argc, argv, subject, helper);
}
