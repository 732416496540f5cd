// SPDX-License-Identifier: MIT
/* epoll-nested - an epoll inside an epoll, and inside poll(), tells of a socket. */
#include "poller.h"
#include "roles.h"

static void subject(struct role *r, int fd)
{
	int inner = ep_new(), outer = ep_new();

	ep_add(inner, fd, EPOLLIN);
	ep_add(outer, inner, EPOLLIN);
	GIVES(ep_wait(outer, inner, 0), 0);
	GIVES(wait_events(inner, POLLIN, 0), 0);
	meet(r, 's');
	GIVES(ep_wait(outer, inner, 5000), EPOLLIN);
	GIVES(wait_events(inner, POLLIN, 0), POLLIN);
	GIVES(ep_wait(inner, fd, 0), EPOLLIN);
	want_text(fd, "x");
	GIVES(ep_wait(outer, inner, 20), 0);
	meet(r, 't');
	GIVES(wait_events(outer, POLLIN, 5000), POLLIN);
	want_text(fd, "y");
	close(inner);
	close(outer);
}

static void helper(struct role *r, int fd)
{
	meet(r, 's');
	sleep_ms(50);
	send_text(fd, "x");
	meet(r, 't');
	sleep_ms(50);
	send_text(fd, "y");
}

int main(int argc, char **argv)
{
	return conn_main(argc, argv, subject, helper);
}
