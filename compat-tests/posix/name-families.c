// SPDX-License-Identifier: MIT
/* name-families - names of other families, too short and too long ones, in bind, connect and sendto. */
#include "kinds.h"

static void bad_bind(struct role *r, int fd)
{
	union addr a = r->self, any = wildcard(&r->self);

	a.sa.sa_family = 99;
	FAILS(bind(fd, &a.sa, 16), EAFNOSUPPORT);
	a.sa.sa_family = AF_UNSPEC;
	FAILS(bind(fd, &a.sa, 16), EAFNOSUPPORT);
	FAILS(bind(fd, &r->self.sa, 15), EINVAL);
	FAILS(bind(fd, &r->self.sa, 0), EINVAL);
	FAILS(bind(fd, &r->self.sa, 129), EINVAL);
	FAILS(bind(fd, &r->self.sa, (socklen_t)-1), EINVAL);
	/* that of any host may be without a family */
	any.sa.sa_family = AF_UNSPEC;
	OK(bind(fd, &any.sa, 16));
	a = name_of(fd);
	GIVES(a.sa.sa_family, AF_INET);
	CHECK(port_of(&a) != 0);
}

static void bad_connect(struct role *r, int fd)
{
	union addr a = with_port(&r->self, 9);

	a.sa.sa_family = 99;
	FAILS(connect(fd, &a.sa, 16), EAFNOSUPPORT);
	a.sa.sa_family = AF_INET6;
	FAILS(connect(fd, &a.sa, 28), EAFNOSUPPORT);
	a.sa.sa_family = AF_INET;
	FAILS(connect(fd, &a.sa, 15), EINVAL);
	FAILS(connect(fd, &a.sa, 1), EINVAL);
	FAILS(connect(fd, &a.sa, 129), EINVAL);
}

static void bad_sendto(struct role *r, int fd)
{
	int to = bound_udp(r);
	union addr a = name_of(to);
	char c;

	a.sa.sa_family = 99;
	FAILS(sendto(fd, "x", 1, 0, &a.sa, 16), EAFNOSUPPORT);
	a.sa.sa_family = AF_UNSPEC;
	GIVES(sendto(fd, "x", 1, 0, &a.sa, 16), 1);
	GIVES(recv(to, &c, 1, 0), 1);
	a.sa.sa_family = AF_INET;
	FAILS(sendto(fd, "x", 1, 0, &a.sa, 15), EINVAL);
	a = with_port(&a, 0);
	FAILS(sendto(fd, "x", 1, 0, &a.sa, 16), EINVAL);
	FAILS(sendto(fd, "x", 1, 0, NULL, 0), EDESTADDRREQ);
	FAILS(send(fd, "x", 1, 0), EDESTADDRREQ);
	OK(close(to));
}

static void subject(struct role *r)
{
	int t = tcp_socket(r), u = udp_socket(r);

	bad_connect(r, t);
	bad_connect(r, u);
	bad_sendto(r, u);
	OK(close(u));
	u = udp_socket(r);
	bad_bind(r, t);
	bad_bind(r, u);
	OK(close(t));
	OK(close(u));
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
