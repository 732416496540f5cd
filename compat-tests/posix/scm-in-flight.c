// SPDX-License-Identifier: MIT
/* scm-in-flight - a connection whose only copy is on its way in a UNIX socket stays up, and ends if nobody takes it. */
#include "passing.h"
#include "roles.h"

static void subject(struct role *r, int fd)
{
	int ends[2];

	OK(socketpair(AF_UNIX, SOCK_STREAM, 0, ends));
	pass_fds(ends[0], &fd, 1);
	OK(close(fd));
	meet(r, 'f');
	meet(r, 'q');
	GIVES(take_fds(ends[1], &fd, 1, 0), 1);
	want_text(fd, "in flight");
	send_text(fd, "landed");
	pass_fds(ends[0], &fd, 1);
	OK(close(fd));
	/* with both ends goes what is between them */
	OK(close(ends[0]));
	OK(close(ends[1]));
	meet(r, 'e');
}

static void helper(struct role *r, int fd)
{
	meet(r, 'f');
	send_text(fd, "in flight");
	want_quiet(fd, 50);
	meet(r, 'q');
	want_text(fd, "landed");
	want_eof(fd);
	meet(r, 'e');
}

int main(int argc, char **argv)
{
	return conn_main(argc, argv, subject, helper);
}
