// SPDX-License-Identifier: MIT
/* sockname - getsockname() and getpeername() of the two ends mirror each other. */
#include "roles.h"

static void names(struct role *r, int fd, union addr *me, union addr *peer)
{
	socklen_t len = sizeof(*me);

	memset(me, 0, sizeof(*me));
	memset(peer, 0, sizeof(*peer));
	OK(getsockname(fd, &me->sa, &len));
	GIVES(len, addr_len(&r->self));
	len = sizeof(*peer);
	OK(getpeername(fd, &peer->sa, &len));
	GIVES(len, addr_len(&r->other));
}

static void subject(struct role *r, int fd)
{
	union addr me, peer, want;
	socklen_t len = 3;

	names(r, fd, &me, &peer);
	tell(r, port_of(&me));
	tell(r, port_of(&peer));
	want = with_port(&r->self, port_of(&me));
	CHECK(same_addr(&me, &want));
	want = with_port(&r->other, port_of(&peer));
	CHECK(same_addr(&peer, &want));
	OK(getsockname(fd, &me.sa, &len));
	GIVES(len, addr_len(&r->self));
}

static void helper(struct role *r, int fd)
{
	union addr me, peer;

	names(r, fd, &me, &peer);
	GIVES(port_of(&peer), hear(r));
	GIVES(port_of(&me), hear(r));
}

int main(int argc, char **argv)
{
	return conn_main(argc, argv, subject, helper);
}
