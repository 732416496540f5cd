// SPDX-License-Identifier: MIT
/* linger-reset - close() with SO_LINGER 0 resets: the peer reads ECONNRESET. */
#include "roles.h"

static void subject(struct role *r, int fd)
{
	struct linger reset = { .l_onoff = 1 }, got;
	socklen_t len = sizeof(got);

	OK(setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset)));
	OK(getsockopt(fd, SOL_SOCKET, SO_LINGER, &got, &len));
	CHECK(got.l_onoff && got.l_linger == 0);
	meet(r, 'r');
	OK(close(fd));
	meet(r, 'c');
}

static void helper(struct role *r, int fd)
{
	char c;

	meet(r, 'r');
	FAILS(recv(fd, &c, 1, 0), ECONNRESET);
	/* The error is told once; then the stream is at its end. */
	want_eof(fd);
	FAILS(send(fd, "x", 1, MSG_NOSIGNAL), EPIPE);
	meet(r, 'c');
}

int main(int argc, char **argv)
{
	return conn_main(argc, argv, subject, helper);
}
