// SPDX-License-Identifier: MIT
/* reuse-tcp - which two streams may have one port: SO_REUSEADDR and SO_REUSEPORT on either or both, bound and listening. */
#include "kinds.h"

static int with(struct role *r, int option, bool on)
{
	int fd = tcp_socket(r);

	set_int(fd, SOL_SOCKET, option, on);
	return fd;
}

/* Whether the second has the port of the first too. */
static void try_two(struct role *r, int option, int which, bool listens,
		    bool any)
{
	int a = with(r, option, which & 1), b = with(r, option, which & 2);
	union addr name = r->self, other;
	bool shared = which == 3 && (option == SO_REUSEPORT || !listens);

	about("option %d, set %d, listens %d, any %d", option, which, listens,
	      any);
	OK(bind(a, &name.sa, addr_len(&name)));
	if (listens)
		OK(listen(a, 4));
	name = name_of(a);
	other = wildcard(&r->self);
	other = any ? with_port(&other, port_of(&name)) : name;
	if (shared)
		OK(bind(b, &other.sa, addr_len(&other)));
	else
		FAILS(bind(b, &other.sa, addr_len(&other)), EADDRINUSE);
	OK(close(a));
	OK(close(b));
}

static void subject(struct role *r)
{
	for (int which = 0; which < 4; which++)
		for (int listens = 0; listens < 2; listens++)
			for (int any = 0; any < 2; any++) {
				try_two(r, SO_REUSEADDR, which, listens, any);
				try_two(r, SO_REUSEPORT, which, listens, any);
			}
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
