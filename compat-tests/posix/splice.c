// SPDX-License-Identifier: MIT
/* splice - splice() moves bytes between a pipe and a socket both ways. */
#include "roles.h"

static void subject(struct role *r, int fd)
{
	char buf[16];
	int ends[2];

	(void)r;
	OK(pipe(ends));
	GIVES(write(ends[1], "to peer", 7), 7);
	GIVES(splice(ends[0], NULL, fd, NULL, 7, 0), 7);
	GIVES(wait_events(fd, POLLIN, 5000), POLLIN);
	GIVES(splice(fd, NULL, ends[1], NULL, 9, 0), 9);
	GIVES(read(ends[0], buf, 9), 9);
	CHECK(memcmp(buf, "from peer", 9) == 0);
	close(ends[0]);
	close(ends[1]);
}

static void helper(struct role *r, int fd)
{
	(void)r;
	want_text(fd, "to peer");
	send_text(fd, "from peer");
}

int main(int argc, char **argv)
{
	return conn_main(argc, argv, subject, helper);
}
