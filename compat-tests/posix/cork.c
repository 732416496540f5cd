// SPDX-License-Identifier: MIT
/* cork - TCP_CORK and MSG_MORE hold a small segment until there is more. */
#include <netinet/tcp.h>

#include "roles.h"

static void subject(struct role *r, int fd)
{
	set_int(fd, IPPROTO_TCP, TCP_CORK, 1);
	send_text(fd, "he");
	send_text(fd, "ad");
	meet(r, '1');
	meet(r, '2');
	set_int(fd, IPPROTO_TCP, TCP_CORK, 0);
	meet(r, '3');
	OK(send(fd, "bo", 2, MSG_MORE));
	meet(r, '4');
	meet(r, '5');
	OK(send(fd, "dy", 2, 0));
}

static void in_one_piece(int fd, const char *want)
{
	char buf[8];

	GIVES(wait_events(fd, POLLIN, 5000), POLLIN);
	GIVES(recv(fd, buf, sizeof(buf), 0), 4);
	CHECK(memcmp(buf, want, 4) == 0);
}

static void helper(struct role *r, int fd)
{
	meet(r, '1');
	want_quiet(fd, 50);
	meet(r, '2');
	in_one_piece(fd, "head");
	meet(r, '3');
	meet(r, '4');
	want_quiet(fd, 50);
	meet(r, '5');
	in_one_piece(fd, "body");
}

int main(int argc, char **argv)
{
	return conn_main(argc, argv, subject, helper);
}
