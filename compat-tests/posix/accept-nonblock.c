// SPDX-License-Identifier: MIT
/* accept-nonblock - a listener without connections gives EAGAIN, poll() tells. */
#include "roles.h"

static void subject(struct role *r)
{
	int ls = listen_on(r, next_port(r), 8), fd;

	set_nonblock(ls, true);
	FAILS(accept(ls, NULL, NULL), EAGAIN);
	GIVES(wait_events(ls, POLLIN, 0), 0);
	meet(r, 'l');
	GIVES(wait_events(ls, POLLIN, 5000), POLLIN);
	fd = accept(ls, NULL, NULL);
	OK(fd);
	FAILS(accept(ls, NULL, NULL), EAGAIN);
	want_text(fd, "hello");
	close(fd);
	close(ls);
}

static void helper(struct role *r)
{
	uint16_t port = next_port(r);
	int fd;

	meet(r, 'l');
	fd = connect_to(r, port);
	send_text(fd, "hello");
	want_eof(fd);
	close(fd);
}

int main(int argc, char **argv)
{
	return roles_main(argc, argv, subject, helper);
}
