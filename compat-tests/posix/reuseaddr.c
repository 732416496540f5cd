// SPDX-License-Identifier: MIT
/* reuseaddr - a server can be restarted on its port while old connections linger, with SO_REUSEADDR. */
#include "roles.h"

static int serve_one(struct role *r, uint16_t port, char c)
{
	int ls = listen_on(r, port, 8), fd;

	meet(r, c);
	fd = accept(ls, NULL, NULL);
	OK(fd);
	send_text(fd, "x");
	close(ls);
	return fd;
}

static void subject(struct role *r)
{
	uint16_t port = next_port(r);
	int a = serve_one(r, port, 'a'), b;

	b = serve_one(r, port, 'b'); /* a is established */
	close(a);		     /* a goes to TIME_WAIT */
	close(b);
	meet(r, 'c');
	close(serve_one(r, port, 'd'));
}

static void helper(struct role *r)
{
	uint16_t port = next_port(r);
	int a, b;

	meet(r, 'a');
	a = connect_to(r, port);
	want_text(a, "x");
	meet(r, 'b');
	b = connect_to(r, port);
	want_text(b, "x");
	want_eof(a);
	want_eof(b);
	close(a);
	close(b);
	meet(r, 'c');
	meet(r, 'd');
	fetch_text(r, port, "x");
}

int main(int argc, char **argv)
{
	return roles_main(argc, argv, subject, helper);
}
