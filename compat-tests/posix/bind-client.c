// SPDX-License-Identifier: MIT
/* bind-client - a client's bound port is the one that the peer sees; port 0 is replaced at bind(). */
#include "roles.h"

static uint16_t bound_connect(struct role *r, uint16_t mine, uint16_t port)
{
	union addr me = with_port(&r->self, mine), name, before;
	union addr to = with_port(&r->other, port);
	socklen_t len = sizeof(before);
	int fd = tcp_socket(r);

	OK(bind(fd, &me.sa, addr_len(&me)));
	OK(getsockname(fd, &before.sa, &len));
	CHECK(port_of(&before) != 0);
	OK(connect(fd, &to.sa, addr_len(&to)));
	len = sizeof(name);
	OK(getsockname(fd, &name.sa, &len));
	CHECK(same_addr(&name, &before));
	want_eof(fd);
	close(fd);
	return port_of(&name);
}

static void subject(struct role *r)
{
	uint16_t port = next_port(r), mine = next_port(r);

	meet(r, 'l');
	GIVES(bound_connect(r, mine, port), mine);
	tell(r, bound_connect(r, 0, port));
}

static uint16_t peer_port(int ls)
{
	union addr a;
	socklen_t len = sizeof(a);
	int fd = accept(ls, &a.sa, &len);

	OK(fd);
	close(fd);
	return port_of(&a);
}

static void helper(struct role *r)
{
	uint16_t port = next_port(r), theirs = next_port(r), seen;
	int ls = listen_on(r, port, 8);

	meet(r, 'l');
	GIVES(peer_port(ls), theirs);
	seen = peer_port(ls);
	GIVES(seen, hear(r));
	close(ls);
}

int main(int argc, char **argv)
{
	return roles_main(argc, argv, subject, helper);
}
