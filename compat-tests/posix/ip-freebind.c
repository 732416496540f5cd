// SPDX-License-Identifier: MIT
/* ip-freebind - bind() to an address of nobody: EADDRNOTAVAIL, but with IP_FREEBIND or IP_TRANSPARENT. */
#include "kinds.h"

static void try_one(int fd, const union addr *a)
{
	union addr got;
	int option = get_int(fd, SOL_SOCKET, SO_TYPE) == SOCK_STREAM ?
			     IP_FREEBIND :
			     IP_TRANSPARENT;

	FAILS(bind(fd, &a->sa, addr_len(a)), EADDRNOTAVAIL);
	set_int(fd, IPPROTO_IP, option, 1);
	OK(bind(fd, &a->sa, addr_len(a)));
	got = name_of(fd);
	GIVES(got.in.sin_addr.s_addr, a->in.sin_addr.s_addr);
	CHECK(port_of(&got) != 0);
	OK(close(fd));
}

static void subject(struct role *r)
{
	union addr a = with_port(&r->self, 0);

	a.in.sin_addr.s_addr = htonl(0xc0000201);
	try_one(tcp_socket(r), &a);
	try_one(udp_socket(r), &a);
	try_one(tcp_socket(r), &a);
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
