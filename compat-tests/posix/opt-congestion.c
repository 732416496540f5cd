// SPDX-License-Identifier: MIT
/* opt-congestion - TCP_CONGESTION: its length, the default, a change, unknown names; accepted sockets have the listener's. */
#include <netinet/tcp.h>

#include "kinds.h"

static void named(struct role *r, struct made *m)
{
	char name[32] = "";
	socklen_t len = sizeof(name);

	(void)r;
	OK(getsockopt(m->fd, IPPROTO_TCP, TCP_CONGESTION, name, &len));
	GIVES(len, 16);
	CHECK(name[0]);
	OK(setsockopt(m->fd, IPPROTO_TCP, TCP_CONGESTION, "reno", 4));
	len = 4;
	memset(name, 'x', sizeof(name));
	OK(getsockopt(m->fd, IPPROTO_TCP, TCP_CONGESTION, name, &len));
	GIVES(len, 4);
	CHECK(memcmp(name, "renoxx", 6) == 0);
	FAILS(setsockopt(m->fd, IPPROTO_TCP, TCP_CONGESTION, "no such", 7),
	      ENOENT);
	FAILS(setsockopt(m->fd, IPPROTO_TCP, TCP_CONGESTION, "", 0), EINVAL);
	OK(setsockopt(m->fd, IPPROTO_TCP, TCP_CONGESTION, "cubic", 6));
}

static void subject(struct role *r)
{
	each_kind(r, OF_TCP, named);
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
