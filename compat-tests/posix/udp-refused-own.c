// SPDX-License-Identifier: MIT
/* udp-refused-own - a closed port of this host is ECONNREFUSED for a connected socket, by its own address and by 127.0.0.1. */
#include "kinds.h"

static void refused_by(struct role *r, in_addr_t host)
{
	int gone = udp_socket(r), fd = udp_socket(r);
	union addr to = with_port(&r->self, 0);
	char c;

	to.in.sin_addr.s_addr = host;
	OK(bind(gone, &to.sa, addr_len(&to)));
	to = name_of(gone);
	OK(close(gone));
	OK(connect(fd, &to.sa, addr_len(&to)));
	GIVES(send(fd, "x", 1, 0), 1);
	CHECK(wait_events(fd, POLLIN, 3000) & POLLERR);
	FAILS(recv(fd, &c, 1, MSG_DONTWAIT), ECONNREFUSED);
	GIVES(send(fd, "x", 1, 0), 1);
	CHECK(wait_events(fd, POLLIN, 3000) & POLLERR);
	FAILS(send(fd, "x", 1, 0), ECONNREFUSED);
	OK(close(fd));
}

static void subject(struct role *r)
{
	refused_by(r, r->self.in.sin_addr.s_addr);
	refused_by(r, htonl(INADDR_LOOPBACK));
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
