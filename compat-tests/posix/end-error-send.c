// SPDX-License-Identifier: MIT
/* end-error-send - a reset by the other end ends a send that waits for room: ECONNRESET once, then EPIPE. */
#include "roles.h"
#include "waiter.h"

static void subject(struct role *r, int fd)
{
	struct waiter w;

	start_waiting(&w, wait_send, &fd);
	CHECK(still_waits(&w));
	meet(r, 'w');
	GIVES(waited(&w), -1);
	GIVES(errno, ECONNRESET);
	FAILS(send(fd, "x", 1, MSG_NOSIGNAL), EPIPE);
	GIVES(get_int(fd, SOL_SOCKET, SO_ERROR), 0);
}

static void helper(struct role *r, int fd)
{
	struct linger now = { 1, 0 };

	OK(setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now)));
	meet(r, 'w');
	OK(close(fd));
}

int main(int argc, char **argv)
{
	return conn_main(argc, argv, subject, helper);
}
