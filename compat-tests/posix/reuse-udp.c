// SPDX-License-Identifier: MIT
/* reuse-udp - which two datagram sockets may have one port: SO_REUSEADDR or SO_REUSEPORT on both; the last one gets what comes. */
#include "kinds.h"

static void try_two(struct role *r, int option, int which, bool any)
{
	int a = udp_socket(r), b = udp_socket(r);
	union addr name = r->self, other = wildcard(&r->self);

	about("option %d, set %d, any %d", option, which, any);
	set_int(a, SOL_SOCKET, option, which & 1);
	set_int(b, SOL_SOCKET, option, which >> 1);
	OK(bind(a, &name.sa, addr_len(&name)));
	name = name_of(a);
	other = any ? with_port(&other, port_of(&name)) : name;
	if (which == 3)
		OK(bind(b, &other.sa, addr_len(&other)));
	else
		FAILS(bind(b, &other.sa, addr_len(&other)), EADDRINUSE);
	OK(close(a));
	OK(close(b));
}

static void specific_first(struct role *r)
{
	int a = bound_udp(r), b = udp_socket(r), from = udp_socket(r);
	union addr name = name_of(a), any = wildcard(&r->self);
	char c;

	set_int(a, SOL_SOCKET, SO_REUSEADDR, 1);
	set_int(b, SOL_SOCKET, SO_REUSEADDR, 1);
	any = with_port(&any, port_of(&name));
	OK(bind(b, &any.sa, addr_len(&any)));
	GIVES(sendto(from, "x", 1, 0, &name.sa, addr_len(&name)), 1);
	GIVES(recv(a, &c, 1, 0), 1);
	FAILS(recv(b, &c, 1, MSG_DONTWAIT), EAGAIN);
	OK(close(a));
	OK(close(b));
	OK(close(from));
}

static void subject(struct role *r)
{
	for (int which = 0; which < 4; which++)
		for (int any = 0; any < 2; any++) {
			try_two(r, SO_REUSEADDR, which, any);
			try_two(r, SO_REUSEPORT, which, any);
		}
	specific_first(r);
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
