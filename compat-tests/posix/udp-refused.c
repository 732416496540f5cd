// SPDX-License-Identifier: MIT
/* udp-refused - a closed port shows as ECONNREFUSED on a connected UDP socket. */
#include "roles.h"

static void subject(struct role *r)
{
	uint16_t port = next_port(r);
	union addr a = with_port(&r->other, port);
	int fd = udp_socket(r);
	char c;

	OK(connect(fd, &a.sa, addr_len(&a)));
	GIVES(send(fd, "x", 1, 0), 1);
	CHECK(wait_events(fd, POLLIN, 5000) & POLLERR);
	FAILS(recv(fd, &c, 1, MSG_DONTWAIT), ECONNREFUSED);
	FAILS(recv(fd, &c, 1, MSG_DONTWAIT), EAGAIN);
	GIVES(send(fd, "x", 1, 0), 1);
	CHECK(wait_events(fd, POLLIN, 5000) & POLLERR);
	GIVES(get_int(fd, SOL_SOCKET, SO_ERROR), ECONNREFUSED);
	close(fd);
}

static void helper(struct role *r)
{
	next_port(r);
}

int main(int argc, char **argv)
{
	return roles_main(argc, argv, subject, helper);
}
