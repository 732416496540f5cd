// SPDX-License-Identifier: MIT
/* listen-close - connections that wait when their listener is closed are reset; later ones are refused. */
#include "roles.h"

static void subject(struct role *r)
{
	int ls = listen_on(r, next_port(r), 8);

	meet(r, 'l');
	meet(r, 'c');
	close(ls);
	meet(r, 'x');
}

static void helper(struct role *r)
{
	uint16_t port = next_port(r);
	union addr a = with_port(&r->other, port);
	char c;
	int fd;

	meet(r, 'l');
	fd = connect_to(r, port);
	meet(r, 'c');
	meet(r, 'x');
	FAILS(recv(fd, &c, 1, 0), ECONNRESET);
	close(fd);
	fd = tcp_socket(r);
	FAILS(connect(fd, &a.sa, addr_len(&a)), ECONNREFUSED);
	close(fd);
}

int main(int argc, char **argv)
{
	return roles_main(argc, argv, subject, helper);
}
