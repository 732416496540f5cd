// SPDX-License-Identifier: MIT
/* bind-failed - a socket whose bind() failed may be bound to something else; one that has a port because it has sent or connected may not. */
#include "kinds.h"

/* The first has the port on this host's address, or on all. */
static void second_try(struct role *r, int type, bool any)
{
	union addr a = r->self, all = wildcard(&r->self), name;
	int one = socket(AF_INET, type, 0), two = socket(AF_INET, type, 0);

	about("type %d, any %d", type, any);
	OK(bind(one, any ? &a.sa : &all.sa, addr_len(&a)));
	name = name_of(one);
	a = with_port(any ? &all : &a, port_of(&name));
	FAILS(bind(two, &a.sa, addr_len(&a)), EADDRINUSE);
	name = name_of(two);
	GIVES(port_of(&name), 0);
	a = with_port(&a, 0);
	OK(bind(two, &a.sa, addr_len(&a)));
	name = name_of(two);
	GIVES(name.in.sin_addr.s_addr, a.in.sin_addr.s_addr);
	CHECK(port_of(&name) != 0);
	FAILS(bind(two, &a.sa, addr_len(&a)), EINVAL);
	OK(close(one));
	OK(close(two));
}

static void has_sent(struct role *r, bool connects, bool loopback)
{
	union addr at = r->self, all = wildcard(&r->self), to;
	int other = udp_socket(r), fd = udp_socket(r);
	char c;

	about("connects %d, loopback %d", connects, loopback);
	if (loopback)
		at.in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	OK(bind(other, &at.sa, addr_len(&at)));
	to = name_of(other);
	if (connects)
		OK(connect(fd, &to.sa, addr_len(&to)));
	else
		GIVES(sendto(fd, "x", 1, 0, &to.sa, addr_len(&to)), 1);
	FAILS(bind(fd, &at.sa, addr_len(&at)), EINVAL);
	FAILS(bind(fd, &all.sa, addr_len(&all)), EINVAL);
	if (!connects)
		GIVES(recv(other, &c, 1, 0), 1);
	OK(close(fd));
	OK(close(other));
}

static void subject(struct role *r)
{
	for (int any = 0; any < 2; any++) {
		second_try(r, SOCK_STREAM, any);
		second_try(r, SOCK_DGRAM, any);
	}
	for (int i = 0; i < 4; i++)
		has_sent(r, i & 1, i & 2);
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
