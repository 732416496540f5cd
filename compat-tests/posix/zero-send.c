// SPDX-License-Identifier: MIT
/* zero-send - sends of nothing: an empty datagram, but not by writev() without pieces; nothing at all on a stream. */
#include <sys/uio.h>

#include "kinds.h"

static void datagrams(struct role *r)
{
	struct iovec iov = { NULL, 0 };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1 }, none = { 0 };
	int fd[2];
	char c;

	own_udp(r, fd);
	GIVES(send(fd[1], NULL, 0, 0), 0);
	GIVES(sendto(fd[1], "", 0, 0, NULL, 0), 0);
	GIVES(sendmsg(fd[1], &m, 0), 0);
	GIVES(sendmsg(fd[1], &none, 0), 0);
	GIVES(write(fd[1], "", 0), 0);
	for (int i = 0; i < 5; i++)
		GIVES(recv(fd[0], &c, 1, 0), 0);
	GIVES(writev(fd[1], &iov, 1), 0);
	GIVES(writev(fd[1], NULL, 0), 0);
	send_text(fd[1], "x");
	GIVES(recv(fd[0], &c, 1, 0), 1);
	OK(close(fd[0]));
	OK(close(fd[1]));
}

static void streams(struct role *r)
{
	struct msghdr none = { 0 };
	struct iovec iov = { NULL, 0 };
	int fd[2];

	own_pair(r, fd);
	GIVES(send(fd[1], NULL, 0, 0), 0);
	GIVES(write(fd[1], NULL, 0), 0);
	GIVES(writev(fd[1], &iov, 1), 0);
	GIVES(sendmsg(fd[1], &none, 0), 0);
	want_quiet(fd[0], 20);
	OK(shutdown(fd[1], SHUT_WR));
	FAILS(send(fd[1], NULL, 0, MSG_NOSIGNAL), EPIPE);
	FAILS(sendmsg(fd[1], &none, MSG_NOSIGNAL), EPIPE);
	want_eof(fd[0]);
	OK(close(fd[0]));
	OK(close(fd[1]));
}

static void subject(struct role *r)
{
	datagrams(r);
	streams(r);
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
