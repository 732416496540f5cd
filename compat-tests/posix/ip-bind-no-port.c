// SPDX-License-Identifier: MIT
/* ip-bind-no-port - IP_BIND_ADDRESS_NO_PORT: bind() to an address leaves the port to connect(). */
#include "kinds.h"

static void subject(struct role *r)
{
	int ls = listen_on(r, 0, 4), fd = tcp_socket(r), end;
	union addr a = name_of(ls), own;

	set_int(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1);
	OK(bind(fd, &r->self.sa, addr_len(&r->self)));
	own = name_of(fd);
	GIVES(port_of(&own), 0);
	CHECK(same_addr(&own, &r->self));
	OK(connect(fd, &a.sa, addr_len(&a)));
	own = name_of(fd);
	CHECK(port_of(&own) != 0);
	end = accept(ls, NULL, NULL);
	OK(end);
	OK(close(end));
	OK(close(fd));
	OK(close(ls));
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
