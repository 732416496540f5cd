// SPDX-License-Identifier: MIT
/* scm-kinds - a socket of each kind that is sent over a UNIX socket to oneself is the same socket when it arrives. */
#include "kinds.h"
#include "passing.h"

static void pass(struct role *r, struct made *m)
{
	union addr a = name_of(m->fd), b;
	int ends[2], got[3], send[3] = { m->fd, 2, m->fd };

	(void)r;
	OK(socketpair(AF_UNIX, SOCK_STREAM, 0, ends));
	set_int(m->fd, SOL_SOCKET, SO_PRIORITY, 5);
	pass_fds(ends[0], send, 3);
	GIVES(take_fds(ends[1], got, 3, MSG_CMSG_CLOEXEC), 3);
	for (int i = 0; i < 3; i++)
		GIVES(fcntl(got[i], F_GETFD), FD_CLOEXEC);
	b = name_of(got[0]);
	CHECK(same_addr(&a, &b));
	OK(close(m->fd));
	GIVES(get_int(got[2], SOL_SOCKET, SO_PRIORITY), 5);
	set_nonblock(got[0], true);
	GIVES(fcntl(got[2], F_GETFL), O_RDWR | O_NONBLOCK);
	FAILS(getsockopt(got[1], SOL_SOCKET, SO_TYPE, &a, &(socklen_t){ 4 }),
	      ENOTSOCK);
	for (int i = 0; i < 3; i++)
		OK(close(got[i]));
	OK(close(ends[0]));
	OK(close(ends[1]));
}

static void subject(struct role *r)
{
	each_kind(r, OF_ALL, pass);
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
