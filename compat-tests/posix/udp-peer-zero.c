// SPDX-License-Identifier: MIT
/* udp-peer-zero - connect() to port 0 is taken, and the socket has no peer by name. */
#include "kinds.h"

static void connects(struct role *r, const union addr *to)
{
	int fd = udp_socket(r);
	union addr a;
	socklen_t len = sizeof(a);

	OK(connect(fd, &to->sa, addr_len(to)));
	FAILS(getpeername(fd, &a.sa, &len), ENOTCONN);
	a = name_of(fd);
	CHECK(port_of(&a) != 0);
	OK(close(fd));
}

static void subject(struct role *r)
{
	union addr own = with_port(&r->self, 0), any = wildcard(&r->self);

	connects(r, &own);
	connects(r, &any);
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
