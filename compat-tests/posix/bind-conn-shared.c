// SPDX-License-Identifier: MIT
/* bind-conn-shared - who may bind a connection's port: with SO_REUSEADDR or SO_REUSEPORT on both, as they are set at that time; anybody after a reset. */
#include "kinds.h"

static void try_bind(struct role *r, const union addr *at, int option, bool may)
{
	union addr any = wildcard(&r->self);

	for (int wild = 0; wild < 2; wild++) {
		const union addr *a = wild ? &any : at;
		int s = tcp_socket(r);

		any = with_port(&any, port_of(at));
		if (option)
			set_int(s, SOL_SOCKET, option, 1);
		if (may)
			OK(bind(s, &a->sa, addr_len(a)));
		else
			FAILS(bind(s, &a->sa, addr_len(a)), EADDRINUSE);
		OK(close(s));
	}
}

static void as_options_say(struct role *r, int fd, const union addr *at)
{
	set_int(fd, SOL_SOCKET, SO_REUSEADDR, 0);
	try_bind(r, at, 0, false);
	try_bind(r, at, SO_REUSEADDR, false);
	set_int(fd, SOL_SOCKET, SO_REUSEADDR, 1);
	try_bind(r, at, 0, false);
	try_bind(r, at, SO_REUSEADDR, true);
	try_bind(r, at, SO_REUSEPORT, false);
	set_int(fd, SOL_SOCKET, SO_REUSEADDR, 0);
	set_int(fd, SOL_SOCKET, SO_REUSEPORT, 1);
	try_bind(r, at, SO_REUSEADDR, false);
	try_bind(r, at, SO_REUSEPORT, true);
	set_int(fd, SOL_SOCKET, SO_REUSEPORT, 0);
}

static void subject(struct role *r)
{
	struct linger now = { .l_onoff = 1, .l_linger = 0 };

	for (int end = 0; end < 2; end++) {
		union addr a;
		int t[2];

		about("end %d", end);
		own_pair(r, t);
		a = name_of(t[end]);
		as_options_say(r, t[end], &a);
		OK(setsockopt(t[end], SOL_SOCKET, SO_LINGER, &now,
			      sizeof(now)));
		OK(close(t[end]));
		FAILS(recv(t[!end], &now, 1, 0), ECONNRESET);
		try_bind(r, &a, 0, true);
		OK(close(t[!end]));
	}
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
