// SPDX-License-Identifier: MIT
/* shutdown-connecting - shutdown() of a connection that is being made ends the attempt: ECONNRESET, and the socket is fresh. */
#include "kinds.h"

static void ended(struct role *r, int how)
{
	union addr silent = nobody(r, 9), a;
	int fd = tcp_socket(r), ls = listen_on(r, 0, 4);

	about("shutdown %d", how);
	set_nonblock(fd, true);
	FAILS(connect(fd, &silent.sa, addr_len(&silent)), EINPROGRESS);
	OK(shutdown(fd, how));
	CHECK(wait_events(fd, POLLOUT, 0) & POLLHUP);
	GIVES(get_int(fd, SOL_SOCKET, SO_ERROR), ECONNRESET);
	FAILS(shutdown(fd, how), ENOTCONN);
	set_nonblock(fd, false);
	a = name_of(ls);
	OK(connect(fd, &a.sa, addr_len(&a)));
	OK(close(fd));
	OK(close(ls));
}

static void subject(struct role *r)
{
	ended(r, SHUT_RD);
	ended(r, SHUT_WR);
	ended(r, SHUT_RDWR);
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
