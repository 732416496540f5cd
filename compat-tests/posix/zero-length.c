// SPDX-License-Identifier: MIT
/* zero-length - zero-length reads and writes on a stream do nothing. */
#include "roles.h"

static void subject(struct role *r, int fd)
{
	char c;

	GIVES(send(fd, "", 0, 0), 0);
	GIVES(write(fd, &c, 0), 0);
	GIVES(read(fd, &c, 0), 0);
	meet(r, 's');
	GIVES(wait_events(fd, POLLIN, 5000), POLLIN);
	GIVES(recv(fd, &c, 0, 0), 0);
	want_text(fd, "x");
}

static void helper(struct role *r, int fd)
{
	meet(r, 's');
	want_quiet(fd, 20);
	send_text(fd, "x");
}

int main(int argc, char **argv)
{
	return conn_main(argc, argv, subject, helper);
}
