// SPDX-License-Identifier: MIT
/* accept-closed - a connection that its peer left before accept() is still given, with its data or its error. */
#include "roles.h"

static void subject(struct role *r)
{
	int ls = listen_on(r, next_port(r), 8), fd;
	char c;

	meet(r, 'l');
	meet(r, 'c');
	sleep_ms(50);
	fd = accept(ls, NULL, NULL);
	OK(fd);
	want_text(fd, "hi");
	want_eof(fd);
	close(fd);
	fd = accept(ls, NULL, NULL);
	OK(fd);
	FAILS(recv(fd, &c, 1, 0), ECONNRESET);
	close(fd);
	close(ls);
}

static void helper(struct role *r)
{
	struct linger reset = { .l_onoff = 1 };
	uint16_t port = next_port(r);
	int fd;

	meet(r, 'l');
	fd = connect_to(r, port);
	send_text(fd, "hi");
	close(fd);
	fd = connect_to(r, port);
	OK(setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset)));
	close(fd);
	meet(r, 'c');
}

int main(int argc, char **argv)
{
	return roles_main(argc, argv, subject, helper);
}
