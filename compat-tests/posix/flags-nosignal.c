// SPDX-License-Identifier: MIT
/* flags-nosignal - SIGPIPE of each sending call after SHUT_WR, and none with MSG_NOSIGNAL. */
#include <sys/sendfile.h>
#include <sys/uio.h>

#include "kinds.h"

static int seen;

static void on_pipe(int sig)
{
	(void)sig;
	seen++;
}

static void silent(int fd)
{
	struct iovec iov = { &seen, 1 };
	struct mmsghdr m = { .msg_hdr = { .msg_iov = &iov, .msg_iovlen = 1 } };

	FAILS(send(fd, "x", 1, MSG_NOSIGNAL), EPIPE);
	FAILS(sendto(fd, "x", 1, MSG_NOSIGNAL, NULL, 0), EPIPE);
	FAILS(sendmsg(fd, &m.msg_hdr, MSG_NOSIGNAL), EPIPE);
	FAILS(sendmmsg(fd, &m, 1, MSG_NOSIGNAL), EPIPE);
	FAILS(send(fd, "x", 1, MSG_NOSIGNAL | MSG_DONTWAIT | MSG_MORE), EPIPE);
	GIVES(seen, 0);
}

static void signalled(int fd)
{
	struct iovec iov = { &seen, 1 };
	struct mmsghdr m = { .msg_hdr = { .msg_iov = &iov, .msg_iovlen = 1 } };
	int file = open("/proc/self/exe", O_RDONLY);

	FAILS(send(fd, "x", 1, 0), EPIPE);
	GIVES(seen, 1);
	FAILS(sendmsg(fd, &m.msg_hdr, MSG_DONTWAIT), EPIPE);
	GIVES(seen, 2);
	FAILS(sendmmsg(fd, &m, 1, 0), EPIPE);
	GIVES(seen, 3);
	FAILS(write(fd, "x", 1), EPIPE);
	GIVES(seen, 4);
	FAILS(writev(fd, &iov, 1), EPIPE);
	GIVES(seen, 5);
	FAILS(pwritev2(fd, &iov, 1, -1, 0), EPIPE);
	GIVES(seen, 6);
	FAILS(sendfile(fd, file, NULL, 1), EPIPE);
	CHECK(seen == 6 || seen == 7);
	OK(close(file));
}

static void subject(struct role *r)
{
	int fd[2];

	seen = 0;
	handle(SIGPIPE, on_pipe, 0);
	own_pair(r, fd);
	OK(shutdown(fd[0], SHUT_WR));
	silent(fd[0]);
	signalled(fd[0]);
	handle(SIGPIPE, SIG_DFL, 0);
	OK(close(fd[0]));
	OK(close(fd[1]));
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
