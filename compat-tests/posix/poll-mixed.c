// SPDX-License-Identifier: MIT
/* poll-mixed - poll() tells of sockets and kernel fds together; bad and negative fds as it should. */
#include <sys/eventfd.h>

#include "roles.h"

static void subject(struct role *r, int fd)
{
	int ends[2], event = eventfd(0, 0), gone = dup(fd);
	struct pollfd p[5];

	OK(pipe(ends));
	OK(event);
	close(gone);
	p[0] = (struct pollfd){ .fd = fd, .events = POLLIN };
	p[1] = (struct pollfd){ .fd = ends[0], .events = POLLIN };
	p[2] = (struct pollfd){ .fd = event, .events = POLLIN };
	p[3] = (struct pollfd){ .fd = -1, .events = POLLIN, .revents = 77 };
	p[4] = (struct pollfd){ .fd = gone, .events = POLLIN };
	GIVES(poll(p, 4, 0), 0);
	GIVES(p[3].revents, 0);
	GIVES(poll(p, 5, 1000), 1);
	GIVES(p[4].revents, POLLNVAL);
	meet(r, 's');
	GIVES(poll(p, 4, 5000), 1);
	GIVES(p[0].revents, POLLIN);
	GIVES(write(ends[1], "x", 1), 1);
	GIVES(poll(p, 4, 5000), 2);
	GIVES(p[1].revents, POLLIN);
	want_text(fd, "x");
	GIVES(poll(p, 4, 5000), 1);
	GIVES(p[0].revents, 0);
	p[0].events = POLLIN | POLLOUT;
	GIVES(poll(p, 4, 5000), 2);
	GIVES(p[0].revents, POLLOUT);
	GIVES(poll(NULL, 0, 20), 0);
	close(ends[0]);
	close(ends[1]);
	close(event);
}

static void helper(struct role *r, int fd)
{
	meet(r, 's');
	sleep_ms(50);
	send_text(fd, "x");
}

int main(int argc, char **argv)
{
	return conn_main(argc, argv, subject, helper);
}
