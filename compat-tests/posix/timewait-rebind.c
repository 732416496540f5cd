// SPDX-License-Identifier: MIT
/* timewait-rebind - a client that binds the port of its connection in TIME-WAIT, with SO_REUSEADDR, connects from there to the same place at once. */
#include "roles.h"

static int from(struct role *r, const union addr *own, const union addr *to)
{
	int fd = tcp_socket(r);

	set_int(fd, SOL_SOCKET, SO_REUSEADDR, 1);
	OK(bind(fd, &own->sa, addr_len(own)));
	OK(connect(fd, &to->sa, addr_len(to)));
	return fd;
}

static void subject(struct role *r)
{
	union addr to = with_port(&r->other, next_port(r)),
		   own = with_port(&r->self, next_port(r));

	meet(r, 'l');
	for (int i = 0; i < 3; i++) {
		int fd = from(r, &own, &to);

		send_text(fd, "x");
		OK(shutdown(fd, SHUT_WR));
		want_text(fd, "y");
		want_eof(fd);
		OK(close(fd));
	}
	meet(r, 'd');
}

static void helper(struct role *r)
{
	int ls = listen_on(r, next_port(r), 4);

	next_port(r);
	meet(r, 'l');
	for (int i = 0; i < 3; i++) {
		int fd = accept(ls, NULL, NULL);

		OK(fd);
		want_text(fd, "x");
		want_eof(fd);
		send_text(fd, "y");
		OK(close(fd));
	}
	meet(r, 'd');
	OK(close(ls));
}

int main(int argc, char **argv)
{
	return roles_main(argc, argv, subject, helper);
}
