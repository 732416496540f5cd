// SPDX-License-Identifier: MIT
/* bind-conn-ports - a port that a connection has is taken: the one that connect() chose, and an accepted one's without its listener. */
#include "kinds.h"

static void taken(struct role *r, int fd, bool shared)
{
	union addr a = name_of(fd), any = wildcard(&r->self);
	int s = tcp_socket(r);

	any = with_port(&any, port_of(&a));
	FAILS(bind(s, &a.sa, addr_len(&a)), EADDRINUSE);
	FAILS(bind(s, &any.sa, addr_len(&any)), EADDRINUSE);
	set_int(s, SOL_SOCKET, SO_REUSEADDR, 1);
	if (shared)
		OK(bind(s, &a.sa, addr_len(&a)));
	else
		FAILS(bind(s, &a.sa, addr_len(&a)), EADDRINUSE);
	OK(close(s));
}

static void subject(struct role *r)
{
	int t[2], far = pair(r);

	own_pair(r, t);
	taken(r, t[0], false);
	taken(r, t[1], true); /* its listener had SO_REUSEADDR */
	taken(r, far, r->server);
	meet(r, 'd');
	OK(close(far));
	OK(close(t[0]));
	OK(close(t[1]));
}

static void helper(struct role *r)
{
	int far = pair(r);

	meet(r, 'd');
	OK(close(far));
}

int main(int argc, char **argv)
{
	return roles_main(argc, argv, subject, helper);
}
