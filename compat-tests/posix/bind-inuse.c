// SPDX-License-Identifier: MIT
/* bind-inuse - a port that is listened on cannot be bound again, a closed one can. */
#include "roles.h"

static void subject(struct role *r)
{
	uint16_t port = next_port(r);
	union addr a = with_port(&r->self, port), any = wildcard(&r->self);
	union addr foreign = with_port(&r->other, port);
	int ls = listen_on(r, port, 8), fd = tcp_socket(r);

	FAILS(bind(fd, &a.sa, addr_len(&a)), EADDRINUSE);
	set_int(fd, SOL_SOCKET, SO_REUSEADDR, 1);
	FAILS(bind(fd, &a.sa, addr_len(&a)), EADDRINUSE);
	any = with_port(&any, port);
	FAILS(bind(fd, &any.sa, addr_len(&any)), EADDRINUSE);
	FAILS(bind(fd, &foreign.sa, addr_len(&foreign)), EADDRNOTAVAIL);
	FAILS(bind(ls, &a.sa, addr_len(&a)), EINVAL);
	FAILS(bind(fd, &a.sa, 2), EINVAL);
	close(ls);
	OK(bind(fd, &a.sa, addr_len(&a)));
	OK(listen(fd, 1));
	close(fd);
}

static void helper(struct role *r)
{
	next_port(r);
}

int main(int argc, char **argv)
{
	return roles_main(argc, argv, subject, helper);
}
