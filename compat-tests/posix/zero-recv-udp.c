// SPDX-License-Identifier: MIT
/* zero-recv-udp - receives of nothing: recv() and recvmsg() take a datagram, read() and readv() leave it. */
#include <sys/uio.h>

#include "kinds.h"

static void subject(struct role *r)
{
	struct iovec iov = { NULL, 0 };
	struct msghdr m = { 0 };
	int fd[2];
	char got[8];

	own_udp(r, fd);
	GIVES(read(fd[0], got, 0), 0); /* does not wait */
	GIVES(readv(fd[0], &iov, 1), 0);
	for (char c = 'a'; c < 'g'; c++)
		send_all(fd[1], &c, 1);
	GIVES(read(fd[0], got, 0), 0);
	GIVES(readv(fd[0], &iov, 1), 0);
	GIVES(readv(fd[0], NULL, 0), 0);
	GIVES(recv(fd[0], got, 1, MSG_PEEK), 1);
	GIVES(got[0], 'a');
	GIVES(recv(fd[0], got, 0, 0), 0);
	GIVES(recv(fd[0], NULL, 0, MSG_PEEK), 0);
	GIVES(recvmsg(fd[0], &m, 0), 0);
	GIVES(m.msg_flags, MSG_TRUNC);
	GIVES(recvfrom(fd[0], NULL, 0, 0, NULL, NULL), 0);
	GIVES(recv(fd[0], got, 1, 0), 1);
	GIVES(got[0], 'd');
	GIVES(read(fd[0], got, 1), 1);
	GIVES(got[0], 'e');
	GIVES(recv(fd[0], got, 8, 0), 1);
	GIVES(got[0], 'f');
	FAILS(recv(fd[0], got, 0, MSG_DONTWAIT), EAGAIN);
	OK(close(fd[0]));
	OK(close(fd[1]));
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
