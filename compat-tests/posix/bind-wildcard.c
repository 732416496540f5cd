// SPDX-License-Identifier: MIT
/* bind-wildcard - a listener on the wildcard address is reached at the host's address. */
#include "roles.h"

static void subject(struct role *r)
{
	uint16_t port = next_port(r);
	union addr any = wildcard(&r->self), name, want;
	socklen_t len = sizeof(name);
	int ls = tcp_socket(r), fd;

	any = with_port(&any, port);
	set_int(ls, SOL_SOCKET, SO_REUSEADDR, 1);
	OK(bind(ls, &any.sa, addr_len(&any)));
	OK(listen(ls, 8));
	OK(getsockname(ls, &name.sa, &len));
	CHECK(same_addr(&name, &any));
	meet(r, 'l');
	fd = accept(ls, NULL, NULL);
	OK(fd);
	len = sizeof(name);
	OK(getsockname(fd, &name.sa, &len));
	want = with_port(&r->self, port);
	CHECK(same_addr(&name, &want));
	send_text(fd, "hello");
	close(fd);
	close(ls);
}

static void helper(struct role *r)
{
	uint16_t port = next_port(r);

	meet(r, 'l');
	fetch_text(r, port, "hello");
}

int main(int argc, char **argv)
{
	return roles_main(argc, argv, subject, helper);
}
