// SPDX-License-Identifier: MIT
/* tcp-notsent-lowat - TCP_NOTSENT_LOWAT: a socket is not writable while more than that is unsent. */
#include <netinet/tcp.h>

#include "kinds.h"

static size_t fill(int fd)
{
	static const char zeros[4096];
	size_t sent = 0;
	ssize_t n;

	while (wait_events(fd, POLLOUT, 200) == POLLOUT) {
		n = send(fd, zeros, sizeof(zeros), MSG_DONTWAIT | MSG_NOSIGNAL);
		if (n < 0)
			GIVES(errno, EAGAIN);
		sent += n > 0 ? (size_t)n : 0;
		CHECK(sent < 64 << 20);
	}
	return sent;
}

/* Both alike but for the mark: the receiver takes what it takes. */
static size_t filled_with(struct role *r, int mark)
{
	int fd[2];
	size_t n;

	own_pair(r, fd);
	set_int(fd[1], SOL_SOCKET, SO_RCVBUF, 20000);
	set_int(fd[0], SOL_SOCKET, SO_SNDBUF, 200000);
	if (mark)
		set_int(fd[0], IPPROTO_TCP, TCP_NOTSENT_LOWAT, mark);
	n = fill(fd[0]);
	OK(close(fd[0]));
	OK(close(fd[1]));
	return n;
}

static void subject(struct role *r)
{
	size_t with = filled_with(r, 8192), without = filled_with(r, 0);

	if (with + 50000 > without)
		WRONG("%zu bytes with a mark, %zu without", with, without);
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
