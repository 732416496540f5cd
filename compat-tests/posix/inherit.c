// SPDX-License-Identifier: MIT
/* inherit - an accepted socket inherits its listener's options. */
#include <netinet/tcp.h>

#include "roles.h"

static void subject(struct role *r)
{
	uint16_t port = next_port(r);
	int ls = listen_on(r, port, 8), fd;

	set_int(ls, IPPROTO_TCP, TCP_NODELAY, 1);
	set_int(ls, SOL_SOCKET, SO_KEEPALIVE, 1);
	set_int(ls, IPPROTO_TCP, TCP_KEEPIDLE, 77);
	meet(r, 'l');
	fd = accept(ls, NULL, NULL);
	OK(fd);
	GIVES(get_int(fd, IPPROTO_TCP, TCP_NODELAY), 1);
	GIVES(get_int(fd, SOL_SOCKET, SO_KEEPALIVE), 1);
	GIVES(get_int(fd, IPPROTO_TCP, TCP_KEEPIDLE), 77);
	GIVES(get_int(fd, SOL_SOCKET, SO_ACCEPTCONN), 0);
	close(fd);
	close(ls);
}

static void helper(struct role *r)
{
	uint16_t port = next_port(r);
	int fd;

	meet(r, 'l');
	fd = connect_to(r, port);
	want_eof(fd);
	close(fd);
}

int main(int argc, char **argv)
{
	return roles_main(argc, argv, subject, helper);
}
