// SPDX-License-Identifier: MIT
/* bind-refused - a port that bind() chose goes with an attempt that is refused: others may have it, and the socket gets another; one that was asked for stays. */
#include "kinds.h"

static void chosen(struct role *r, const union addr *closed)
{
	int fd = bound_tcp(r), other = tcp_socket(r);
	union addr own = name_of(fd), now;

	FAILS(connect(fd, &closed->sa, addr_len(closed)), ECONNREFUSED);
	OK(bind(other, &own.sa, addr_len(&own)));
	FAILS(bind(fd, &own.sa, addr_len(&own)), EADDRINUSE);
	FAILS(connect(fd, &closed->sa, addr_len(closed)), ECONNREFUSED);
	OK(listen(fd, 1));
	now = name_of(fd);
	CHECK(port_of(&now) && port_of(&now) != port_of(&own));
	OK(close(fd));
	OK(close(other));
}

static void asked_for(struct role *r, const union addr *closed)
{
	int was = bound_tcp(r), fd = tcp_socket(r), other = tcp_socket(r);
	union addr own = name_of(was);

	OK(close(was));
	OK(bind(fd, &own.sa, addr_len(&own)));
	FAILS(connect(fd, &closed->sa, addr_len(closed)), ECONNREFUSED);
	FAILS(bind(other, &own.sa, addr_len(&own)), EADDRINUSE);
	FAILS(bind(fd, &own.sa, addr_len(&own)), EINVAL);
	OK(close(fd));
	OK(bind(other, &own.sa, addr_len(&own)));
	OK(close(other));
}

static void subject(struct role *r)
{
	int fd = bound_tcp(r);
	union addr closed = name_of(fd);

	chosen(r, &closed);
	asked_for(r, &closed);
	OK(close(fd));
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
