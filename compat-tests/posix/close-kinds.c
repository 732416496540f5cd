// SPDX-License-Identifier: MIT
/* close-kinds - whichever way a socket of any kind is closed, its number is bad for every call after. */
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include "kinds.h"

static void all_bad(int fd)
{
	struct msghdr m = { 0 };
	struct iovec iov = { NULL, 0 };
	union addr a;
	socklen_t len = sizeof(a);
	int value = 0;
	char c;

	FAILS(fcntl(fd, F_GETFL), EBADF);
	FAILS(fcntl(fd, F_GETFD), EBADF);
	FAILS(dup(fd), EBADF);
	FAILS(read(fd, &c, 1), EBADF);
	FAILS(write(fd, &c, 1), EBADF);
	FAILS(readv(fd, &iov, 1), EBADF);
	FAILS(writev(fd, &iov, 1), EBADF);
	FAILS(recv(fd, &c, 1, MSG_DONTWAIT), EBADF);
	FAILS(send(fd, &c, 1, MSG_NOSIGNAL), EBADF);
	FAILS(recvmsg(fd, &m, 0), EBADF);
	FAILS(sendmsg(fd, &m, 0), EBADF);
	FAILS(getsockname(fd, &a.sa, &len), EBADF);
	FAILS(getpeername(fd, &a.sa, &len), EBADF);
	FAILS(bind(fd, &a.sa, sizeof(a.in)), EBADF);
	FAILS(connect(fd, &a.sa, sizeof(a.in)), EBADF);
	FAILS(listen(fd, 1), EBADF);
	FAILS(accept(fd, NULL, NULL), EBADF);
	FAILS(shutdown(fd, SHUT_RD), EBADF);
	FAILS(setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &value, 4), EBADF);
	FAILS(getsockopt(fd, SOL_SOCKET, SO_TYPE, &value, &len), EBADF);
	FAILS(ioctl(fd, FIONREAD, &value), EBADF);
	FAILS(close(fd), EBADF);
	GIVES(wait_events(fd, POLLIN, 0), POLLNVAL);
}

static void by_close(struct role *r, struct made *m)
{
	(void)r;
	OK(close(m->fd));
	all_bad(m->fd);
}

static void by_syscall(struct role *r, struct made *m)
{
	(void)r;
	GIVES(syscall(SYS_close, m->fd), 0);
	all_bad(m->fd);
}

static void by_range(struct role *r, struct made *m)
{
	unsigned int n = (unsigned int)m->fd;

	(void)r;
	OK(close_range(n, n, 0));
	all_bad(m->fd);
}

static void by_range_syscall(struct role *r, struct made *m)
{
	(void)r;
	GIVES(syscall(SYS_close_range, m->fd, m->fd, 0), 0);
	all_bad(m->fd);
}

static void subject(struct role *r)
{
	each_kind(r, OF_ALL, by_close);
	each_kind(r, OF_ALL, by_syscall);
	each_kind(r, OF_ALL, by_range);
	each_kind(r, OF_ALL, by_range_syscall);
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
