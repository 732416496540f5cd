// SPDX-License-Identifier: MIT
/* reuse-chosen - ports that the system chooses are all different, streams' with SO_REUSEADDR too, on one address or on all. */
#include "kinds.h"

#define N 100

static void distinct(struct role *r, int type, bool any)
{
	union addr at = any ? wildcard(&r->self) : r->self;
	static uint8_t seen[65536];
	int fd[N];

	about("type %d, any %d", type, any);
	memset(seen, 0, sizeof(seen));
	for (int i = 0; i < N; i++) {
		union addr a;

		fd[i] = socket(at.sa.sa_family, type, 0);
		OK(fd[i]);
		/* datagram sockets that will share may be given one port */
		if (type == SOCK_STREAM)
			set_int(fd[i], SOL_SOCKET, SO_REUSEADDR, 1);
		OK(bind(fd[i], &at.sa, addr_len(&at)));
		a = name_of(fd[i]);
		CHECK(port_of(&a) >= 1024);
		if (seen[port_of(&a)]++)
			WRONG("port %d is given twice", port_of(&a));
	}
	for (int i = 0; i < N; i++)
		OK(close(fd[i]));
}

static void subject(struct role *r)
{
	distinct(r, SOCK_STREAM, false);
	distinct(r, SOCK_STREAM, true);
	distinct(r, SOCK_DGRAM, false);
	distinct(r, SOCK_DGRAM, true);
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
