// SPDX-License-Identifier: MIT
/* dup-kinds - a copy of a socket of any kind shares its name, options and status flags, but not FD_CLOEXEC. */
#include "kinds.h"

static void shares(struct role *r, struct made *m)
{
	union addr a = name_of(m->fd), b;
	int twin = dup(m->fd);

	(void)r;
	OK(twin);
	b = name_of(twin);
	CHECK(same_addr(&a, &b));
	set_nonblock(twin, true);
	GIVES(fcntl(m->fd, F_GETFL), O_RDWR | O_NONBLOCK);
	set_int(twin, SOL_SOCKET, SO_PRIORITY, 4);
	GIVES(get_int(m->fd, SOL_SOCKET, SO_PRIORITY), 4);
	OK(fcntl(twin, F_SETFD, FD_CLOEXEC));
	GIVES(fcntl(m->fd, F_GETFD), 0);
	OK(close(m->fd));
	GIVES(get_int(twin, SOL_SOCKET, SO_PRIORITY), 4);
	b = name_of(twin);
	CHECK(same_addr(&a, &b));
	OK(close(twin));
}

static void subject(struct role *r)
{
	each_kind(r, OF_ALL, shares);
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
