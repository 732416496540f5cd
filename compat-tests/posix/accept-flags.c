// SPDX-License-Identifier: MIT
/* accept-flags - accept4() sets the flags it is given, accept() inherits none. */
#include "roles.h"

static void subject(struct role *r)
{
	int ls = listen_on(r, next_port(r), 8), a, b;

	set_nonblock(ls, true);
	meet(r, 'l');
	CHECK(wait_events(ls, POLLIN, 5000) & POLLIN);
	FAILS(accept4(ls, NULL, NULL, 0x10), EINVAL);
	a = accept4(ls, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	OK(a);
	CHECK(fcntl(a, F_GETFL) & O_NONBLOCK);
	CHECK(fcntl(a, F_GETFD) & FD_CLOEXEC);
	CHECK(wait_events(ls, POLLIN, 5000) & POLLIN);
	b = accept(ls, NULL, NULL);
	OK(b);
	CHECK(!(fcntl(b, F_GETFL) & O_NONBLOCK));
	CHECK(!(fcntl(b, F_GETFD) & FD_CLOEXEC));
	GIVES(fcntl(b, F_GETFL) & O_ACCMODE, O_RDWR);
	meet(r, 'd');
	close(a);
	close(b);
	close(ls);
}

static void helper(struct role *r)
{
	uint16_t port = next_port(r);
	int a, b;

	meet(r, 'l');
	a = connect_to(r, port);
	b = connect_to(r, port);
	meet(r, 'd');
	close(a);
	close(b);
}

int main(int argc, char **argv)
{
	return roles_main(argc, argv, subject, helper);
}
