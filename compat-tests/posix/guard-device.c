// SPDX-License-Identifier: MIT
/* guard-device - SO_BINDTODEVICE set before bind() keeps out what comes by other devices. */
#include "dgram.h"

static void subject(struct role *r)
{
	union addr t = with_port(&r->self, next_port(r));
	union addr u = with_port(&r->self, next_port(r));
	int ls = tcp_socket(r), fd = udp_socket(r);

	OK(setsockopt(ls, SOL_SOCKET, SO_BINDTODEVICE, "lo", 3));
	OK(setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, "lo", 3));
	OK(bind(ls, &t.sa, addr_len(&t)));
	OK(listen(ls, 4));
	OK(bind(fd, &u.sa, addr_len(&u)));
	meet(r, 'l');
	meet(r, 's');
	GIVES(wait_events(fd, POLLIN, 50), 0);
	GIVES(wait_events(ls, POLLIN, 0), 0);
	OK(close(fd));
	OK(close(ls));
}

static void helper(struct role *r)
{
	union addr t = with_port(&r->other, next_port(r));
	union addr u = with_port(&r->other, next_port(r));
	int c = tcp_socket(r), fd = udp_socket(r);

	meet(r, 'l');
	FAILS(connect(c, &t.sa, addr_len(&t)), ECONNREFUSED);
	GIVES(sendto(fd, "x", 1, 0, &u.sa, addr_len(&u)), 1);
	meet(r, 's');
	OK(close(c));
	OK(close(fd));
}

int main(int argc, char **argv)
{
	return roles_main(argc, argv, subject, helper);
}
