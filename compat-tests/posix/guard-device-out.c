// SPDX-License-Identifier: MIT
/* guard-device-out - a socket that is bound to the loopback interface reaches its own host, and nobody else. */
#include "kinds.h"

static int on_loopback(int fd)
{
	OK(setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, "lo", 3));
	return fd;
}

static void subject(struct role *r)
{
	union addr t = with_port(&r->other, next_port(r));
	union addr u = with_port(&r->other, next_port(r)), own;
	int fd = on_loopback(tcp_socket(r)), near = bound_udp(r);
	char c;

	meet(r, 'l');
	set_nonblock(fd, true);
	CHECK(connect(fd, &t.sa, addr_len(&t)) == -1);
	OK(close(fd));
	fd = on_loopback(udp_socket(r));
	sendto(fd, "x", 1, 0, &u.sa, addr_len(&u));
	meet(r, 's');
	own = name_of(near);
	GIVES(sendto(fd, "y", 1, 0, &own.sa, addr_len(&own)), 1);
	CHECK(wait_events(near, POLLIN, 5000) == POLLIN);
	GIVES(recv(near, &c, 1, 0), 1);
	OK(close(near));
	OK(close(fd));
}

static void helper(struct role *r)
{
	int ls = listen_on(r, next_port(r), 4), fd = udp_socket(r);
	union addr u = with_port(&r->self, next_port(r));

	OK(bind(fd, &u.sa, addr_len(&u)));
	meet(r, 'l');
	meet(r, 's');
	GIVES(wait_events(ls, POLLIN, 100), 0);
	GIVES(wait_events(fd, POLLIN, 0), 0);
	OK(close(fd));
	OK(close(ls));
}

int main(int argc, char **argv)
{
	return roles_main(argc, argv, subject, helper);
}
