// SPDX-License-Identifier: MIT
/* so-error - SO_ERROR tells of a reset once and clears it. */
#include "roles.h"

static void subject(struct role *r, int fd)
{
	GIVES(get_int(fd, SOL_SOCKET, SO_ERROR), 0);
	meet(r, 'r');
	CHECK(wait_events(fd, 0, 5000) & POLLERR);
	GIVES(get_int(fd, SOL_SOCKET, SO_ERROR), ECONNRESET);
	GIVES(get_int(fd, SOL_SOCKET, SO_ERROR), 0);
	want_eof(fd);
}

static void helper(struct role *r, int fd)
{
	struct linger reset = { .l_onoff = 1 };

	OK(setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset)));
	meet(r, 'r');
	close(fd);
}

int main(int argc, char **argv)
{
	return conn_main(argc, argv, subject, helper);
}
