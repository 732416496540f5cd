// SPDX-License-Identifier: MIT
/* end-close-recv - close() by another thread does not end a receive: it takes what comes, and then the connection ends. */
#include "roles.h"
#include "waiter.h"

static void subject(struct role *r, int fd)
{
	struct waiter w;
	int number = fd;

	start_waiting(&w, wait_recv, &number);
	sleep_ms(30); /* it must be in the call, not just before it */
	CHECK(still_waits(&w));
	OK(close(fd));
	FAILS(fcntl(fd, F_GETFD), EBADF);
	sleep_ms(20);
	CHECK(still_waits(&w));
	meet(r, 'c');
	GIVES(waited(&w), 1);
	meet(r, 'e');
}

static void helper(struct role *r, int fd)
{
	meet(r, 'c');
	want_quiet(fd, 20);
	send_text(fd, "x");
	want_eof(fd);
	meet(r, 'e');
}

int main(int argc, char **argv)
{
	return conn_main(argc, argv, subject, helper);
}
