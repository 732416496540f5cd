// SPDX-License-Identifier: MIT
/* udp-wildcard - a UDP server on the wildcard address answers from the address that was asked. */
#include "roles.h"

static void subject(struct role *r)
{
	uint16_t port = next_port(r);
	union addr any = wildcard(&r->self), from;
	socklen_t len = sizeof(from);
	int fd = udp_socket(r), second = udp_socket(r);
	char buf[8];

	any = with_port(&any, port);
	OK(bind(fd, &any.sa, addr_len(&any)));
	FAILS(bind(second, &any.sa, addr_len(&any)), EADDRINUSE);
	close(second);
	meet(r, 'l');
	GIVES(recvfrom(fd, buf, sizeof(buf), 0, &from.sa, &len), 4);
	GIVES(sendto(fd, buf, 4, 0, &from.sa, len), 4);
	meet(r, 'd');
	close(fd);
}

static void helper(struct role *r)
{
	union addr to = with_port(&r->other, next_port(r)), from;
	socklen_t len = sizeof(from);
	int fd = udp_socket(r);
	char buf[8];

	meet(r, 'l');
	/* Never bound: sendto() picks the port and the address. */
	GIVES(sendto(fd, "ping", 4, 0, &to.sa, addr_len(&to)), 4);
	GIVES(recvfrom(fd, buf, sizeof(buf), 0, &from.sa, &len), 4);
	CHECK(same_addr(&from, &to));
	meet(r, 'd');
	close(fd);
}

int main(int argc, char **argv)
{
	return roles_main(argc, argv, subject, helper);
}
