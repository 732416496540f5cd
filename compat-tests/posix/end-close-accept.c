// SPDX-License-Identifier: MIT
/* end-close-accept - close() of a listener by another thread does not end accept(): it takes the next connection, and then nobody listens. */
#include "kinds.h"
#include "waiter.h"

static void subject(struct role *r)
{
	int ls = listen_on(r, 0, 4), fd = tcp_socket(r), number = ls;
	union addr a = name_of(ls);
	struct waiter w;

	start_waiting(&w, wait_accept, &number);
	sleep_ms(30); /* it must be in the call, not just before it */
	OK(close(ls));
	FAILS(fcntl(ls, F_GETFD), EBADF);
	sleep_ms(20);
	CHECK(still_waits(&w));
	OK(connect(fd, &a.sa, addr_len(&a)));
	CHECK(waited(&w) >= 0);
	OK(close(fd));
	fd = tcp_socket(r);
	FAILS(connect(fd, &a.sa, addr_len(&a)), ECONNREFUSED);
	OK(close(fd));
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
