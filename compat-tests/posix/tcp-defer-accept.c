// SPDX-License-Identifier: MIT
/* tcp-defer-accept - TCP_DEFER_ACCEPT: a connection without data is neither seen nor accepted, one with data is. */
#include <netinet/tcp.h>

#include "roles.h"

static void subject(struct role *r)
{
	int ls = listen_on(r, next_port(r), 8), fd;

	set_int(ls, IPPROTO_TCP, TCP_DEFER_ACCEPT, 5);
	/* rounded to the time of so many retransmissions */
	GIVES(get_int(ls, IPPROTO_TCP, TCP_DEFER_ACCEPT), 7);
	set_nonblock(ls, true);
	meet(r, 'l');
	meet(r, 'c');
	GIVES(wait_events(ls, POLLIN, 100), 0);
	FAILS(accept(ls, NULL, NULL), EAGAIN);
	meet(r, 's');
	GIVES(wait_events(ls, POLLIN, 5000), POLLIN);
	fd = accept(ls, NULL, NULL);
	OK(fd);
	GIVES(wait_events(fd, POLLIN, 0), POLLIN);
	want_text(fd, "data");
	OK(close(fd));
	set_int(ls, IPPROTO_TCP, TCP_DEFER_ACCEPT, 0);
	meet(r, 'a');
	GIVES(wait_events(ls, POLLIN, 5000), POLLIN);
	fd = accept(ls, NULL, NULL);
	OK(fd);
	OK(close(fd));
	OK(close(ls));
}

static void helper(struct role *r)
{
	uint16_t port = next_port(r);
	int fd;

	meet(r, 'l');
	fd = connect_to(r, port);
	meet(r, 'c');
	meet(r, 's');
	send_text(fd, "data");
	want_eof(fd);
	OK(close(fd));
	meet(r, 'a');
	fd = connect_to(r, port);
	want_eof(fd);
	OK(close(fd));
}

int main(int argc, char **argv)
{
	return roles_main(argc, argv, subject, helper);
}
