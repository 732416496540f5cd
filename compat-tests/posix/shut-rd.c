// SPDX-License-Identifier: MIT
/* shut-rd - after SHUT_RD reading gives the end at once, writing goes on. */
#include "roles.h"

static void subject(struct role *r, int fd)
{
	OK(shutdown(fd, SHUT_RD));
	want_eof(fd);
	CHECK(wait_events(fd, POLLIN | POLLRDHUP, 0) & POLLIN);
	send_text(fd, "goes on");
	meet(r, 's');
}

static void helper(struct role *r, int fd)
{
	want_text(fd, "goes on");
	meet(r, 's');
}

int main(int argc, char **argv)
{
	return conn_main(argc, argv, subject, helper);
}
