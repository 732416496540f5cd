// SPDX-License-Identifier: MIT
/* close-dup-syscall - dup, dup2, dup3 and fcntl() by their numbers make copies that count like others. */
#include <sys/syscall.h>

#include "roles.h"

static void subject(struct role *r, int fd)
{
	int a = (int)syscall(SYS_dup, fd), b, c, d;

	OK(a);
	b = (int)syscall(SYS_dup2, fd, 60);
	GIVES(b, 60);
	c = (int)syscall(SYS_dup3, fd, 61, O_CLOEXEC);
	GIVES(c, 61);
	d = (int)syscall(SYS_fcntl, fd, F_DUPFD_CLOEXEC, 62);
	GIVES(d, 62);
	GIVES(syscall(SYS_dup2, fd, fd), fd);
	FAILS(syscall(SYS_dup3, fd, fd, 0), EINVAL);
	FAILS(syscall(SYS_dup3, fd, 63, O_NONBLOCK), EINVAL);
	GIVES(syscall(SYS_close, fd), 0);
	send_text(a, "1");
	GIVES(syscall(SYS_close, a), 0);
	send_text(b, "2");
	GIVES(syscall(SYS_close_range, 60, 61, 0), 0);
	send_text(d, "3");
	meet(r, 'd');
	want_text(d, "still");
	/* a file onto the last of them */
	a = open("/dev/null", O_RDWR);
	OK(a);
	GIVES(syscall(SYS_dup2, a, d), d);
	meet(r, 'e');
	OK(close(a));
	OK(close(d));
}

static void helper(struct role *r, int fd)
{
	want_text(fd, "123");
	meet(r, 'd');
	want_quiet(fd, 30);
	send_text(fd, "still");
	want_eof(fd);
	meet(r, 'e');
}

int main(int argc, char **argv)
{
	return conn_main(argc, argv, subject, helper);
}
