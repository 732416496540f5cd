// SPDX-License-Identifier: MIT
/* tcp-cork-nodelay - TCP_NODELAY sends what TCP_CORK holds; the cork holds what comes after, until it is off. */
#include <netinet/tcp.h>

#include "roles.h"

static void subject(struct role *r, int fd)
{
	set_int(fd, IPPROTO_TCP, TCP_CORK, 1);
	send_text(fd, "held");
	meet(r, '1');
	meet(r, '2');
	set_int(fd, IPPROTO_TCP, TCP_NODELAY, 1);
	meet(r, '3');
	send_text(fd, "again");
	meet(r, '4');
	meet(r, '5');
	GIVES(get_int(fd, IPPROTO_TCP, TCP_CORK), 1);
	GIVES(get_int(fd, IPPROTO_TCP, TCP_NODELAY), 1);
	set_int(fd, IPPROTO_TCP, TCP_CORK, 0);
	meet(r, '6');
}

static void helper(struct role *r, int fd)
{
	meet(r, '1');
	want_quiet(fd, 20);
	meet(r, '2');
	want_text(fd, "held");
	meet(r, '3');
	meet(r, '4');
	want_quiet(fd, 20);
	meet(r, '5');
	want_text(fd, "again");
	meet(r, '6');
}

int main(int argc, char **argv)
{
	return conn_main(argc, argv, subject, helper);
}
