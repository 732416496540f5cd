// SPDX-License-Identifier: MIT
/* half-close - after SHUT_WR the peer reads the end and can still send. */
#include "roles.h"

#define SIZE (1 << 20)

static void subject(struct role *r, int fd)
{
	(void)r;
	send_text(fd, "request");
	OK(shutdown(fd, SHUT_WR));
	recv_pattern(fd, SIZE);
	want_eof(fd);
	want_eof(fd);
}

static void helper(struct role *r, int fd)
{
	(void)r;
	want_text(fd, "request");
	want_eof(fd);
	send_pattern(fd, SIZE);
	OK(shutdown(fd, SHUT_WR));
}

int main(int argc, char **argv)
{
	return conn_main(argc, argv, subject, helper);
}
