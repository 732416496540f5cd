// SPDX-License-Identifier: MIT
/* close-unread - close() with unread data resets: the peer reads ECONNRESET. */
#include "roles.h"

static void subject(struct role *r, int fd)
{
	GIVES(wait_events(fd, POLLIN, 5000), POLLIN);
	OK(close(fd));
	meet(r, 'c');
}

static void helper(struct role *r, int fd)
{
	char c;

	send_text(fd, "never read");
	meet(r, 'c');
	FAILS(recv(fd, &c, 1, 0), ECONNRESET);
}

int main(int argc, char **argv)
{
	return conn_main(argc, argv, subject, helper);
}
