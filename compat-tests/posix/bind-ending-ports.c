// SPDX-License-Identifier: MIT
/* bind-ending-ports - the port of a connection in FIN-WAIT-2 or TIME-WAIT is taken, but for SO_REUSEADDR on both. */
#include "kinds.h"

static void taken(struct role *r, const union addr *a, bool shared)
{
	int s = tcp_socket(r);

	FAILS(bind(s, &a->sa, addr_len(a)), EADDRINUSE);
	set_int(s, SOL_SOCKET, SO_REUSEADDR, 1);
	if (shared)
		OK(bind(s, &a->sa, addr_len(a)));
	else
		FAILS(bind(s, &a->sa, addr_len(a)), EADDRINUSE);
	OK(close(s));
}

static void ending(struct role *r, int first, bool shared)
{
	union addr a;
	int t[2];

	about("end %d", first);
	own_pair(r, t);
	a = name_of(t[first]);
	OK(close(t[first]));
	want_eof(t[!first]);
	taken(r, &a, shared); /* FIN-WAIT-2 */
	OK(close(t[!first]));
	taken(r, &a, shared); /* TIME-WAIT */
}

static void subject(struct role *r)
{
	ending(r, 0, false);
	ending(r, 1, true);
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
