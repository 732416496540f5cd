// SPDX-License-Identifier: MIT
/* udp-unspec - connect(AF_UNSPEC) lets a datagram socket hear all again; a chosen port goes, one that bind() was asked for stays. */
#include "kinds.h"

static void unspec(int fd)
{
	struct sockaddr none = { .sa_family = AF_UNSPEC };

	OK(connect(fd, &none, sizeof(none)));
}

static void bound_one(struct role *r)
{
	int u[2] = { udp_socket(r), bound_udp(r) }, third = bound_udp(r);
	union addr a = with_port(&r->self, next_port(r)), b = name_of(u[1]);
	socklen_t len = sizeof(b);
	char c;

	OK(bind(u[0], &a.sa, addr_len(&a)));
	OK(connect(u[0], &b.sa, addr_len(&b)));
	GIVES(sendto(third, "1", 1, 0, &a.sa, addr_len(&a)), 1);
	FAILS(recv(u[0], &c, 1, MSG_DONTWAIT), EAGAIN);
	unspec(u[0]);
	FAILS(getpeername(u[0], &b.sa, &len), ENOTCONN);
	FAILS(send(u[0], "x", 1, 0), EDESTADDRREQ);
	b = name_of(u[0]);
	CHECK(same_addr(&a, &b));
	GIVES(sendto(third, "2", 1, 0, &a.sa, addr_len(&a)), 1);
	GIVES(recv(u[0], &c, 1, 0), 1);
	GIVES(c, '2');
	OK(close(third));
	OK(close(u[0]));
	OK(close(u[1]));
}

static void fresh_one(struct role *r)
{
	int fd = udp_socket(r), to = bound_udp(r);
	union addr a = name_of(to);

	OK(connect(fd, &a.sa, addr_len(&a)));
	a = name_of(fd);
	CHECK(port_of(&a) != 0);
	unspec(fd);
	a = name_of(fd);
	GIVES(port_of(&a), 0);
	GIVES(a.in.sin_addr.s_addr, 0);
	OK(close(fd));
	OK(close(to));
}

static void subject(struct role *r)
{
	bound_one(r);
	fresh_one(r);
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
