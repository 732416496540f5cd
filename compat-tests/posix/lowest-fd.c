// SPDX-License-Identifier: MIT
/* lowest-fd - socket() and accept() return the lowest free number, as open() does. */
#include "roles.h"

static int lowest(void)
{
	int fd = open("/dev/null", O_RDONLY);

	OK(fd);
	close(fd);
	return fd;
}

static void subject(struct role *r)
{
	int low = lowest(), ls, hole, fd, a, b;

	CHECK(low <= 4);
	ls = listen_on(r, next_port(r), 8);
	GIVES(ls, low);
	hole = tcp_socket(r);
	GIVES(hole, low + 1);
	a = tcp_socket(r);
	GIVES(a, low + 2);
	OK(close(hole));
	meet(r, 'l');
	fd = accept(ls, NULL, NULL);
	GIVES(fd, hole);
	b = open("/dev/null", O_RDONLY);
	GIVES(b, low + 3);
	OK(close(a));
	GIVES(udp_socket(r), a);
	OK(close(ls));
	GIVES(dup(fd), ls);
	GIVES(fcntl(fd, F_DUPFD, 50), 50);
	want_text(ls, "x");
	for (int i = low; i <= 50; i++)
		close(i);
}

static void helper(struct role *r)
{
	uint16_t port = next_port(r);
	int fd;

	meet(r, 'l');
	fd = connect_to(r, port);
	send_text(fd, "x");
	want_eof(fd);
	close(fd);
}

int main(int argc, char **argv)
{
	return roles_main(argc, argv, subject, helper);
}
