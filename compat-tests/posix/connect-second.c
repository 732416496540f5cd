// SPDX-License-Identifier: MIT
/* connect-second - a second connect() after a non-blocking one gives 0 once it is made, and EISCONN from then on. */
#include "roles.h"

static void subject(struct role *r)
{
	union addr a = with_port(&r->other, next_port(r));
	int fd = tcp_socket(r), again = tcp_socket(r);

	set_nonblock(fd, true);
	meet(r, 'l');
	FAILS(connect(fd, &a.sa, addr_len(&a)), EINPROGRESS);
	GIVES(wait_events(fd, POLLOUT, 5000), POLLOUT);
	GIVES(connect(fd, &a.sa, addr_len(&a)), 0);
	FAILS(connect(fd, &a.sa, addr_len(&a)), EISCONN);
	/* a blocking one has said so already */
	OK(connect(again, &a.sa, addr_len(&a)));
	FAILS(connect(again, &a.sa, addr_len(&a)), EISCONN);
	OK(close(fd));
	OK(close(again));
	meet(r, 'd');
}

static void helper(struct role *r)
{
	int ls = listen_on(r, next_port(r), 4);

	meet(r, 'l');
	meet(r, 'd');
	OK(close(ls));
}

int main(int argc, char **argv)
{
	return roles_main(argc, argv, subject, helper);
}
