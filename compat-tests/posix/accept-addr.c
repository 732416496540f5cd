// SPDX-License-Identifier: MIT
/* accept-addr - accept() tells the peer's address, and how long it is where it does not fit. */
#include "roles.h"

static void subject(struct role *r)
{
	int ls = listen_on(r, next_port(r), 8), fd;
	union addr a = { 0 }, want;
	socklen_t len = sizeof(a);

	meet(r, 'l');
	fd = accept(ls, &a.sa, &len);
	OK(fd);
	GIVES(len, addr_len(&r->other));
	want = with_port(&r->other, (uint16_t)hear(r));
	CHECK(same_addr(&a, &want));
	close(fd);
	meet(r, '2');
	memset(&a, 0x55, sizeof(a));
	len = 2;
	fd = accept(ls, &a.sa, &len);
	OK(fd);
	GIVES(len, addr_len(&r->other));
	GIVES(a.sa.sa_family, r->other.sa.sa_family);
	GIVES(a.in.sin_port, 0x5555);
	close(fd);
	close(ls);
}

static void helper(struct role *r)
{
	uint16_t port = next_port(r);
	union addr a;
	socklen_t len = sizeof(a);
	int fd;

	meet(r, 'l');
	fd = connect_to(r, port);
	OK(getsockname(fd, &a.sa, &len));
	tell(r, port_of(&a));
	want_eof(fd);
	close(fd);
	meet(r, '2');
	fd = connect_to(r, port);
	want_eof(fd);
	close(fd);
}

int main(int argc, char **argv)
{
	return roles_main(argc, argv, subject, helper);
}
