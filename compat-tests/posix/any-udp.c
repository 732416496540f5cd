// SPDX-License-Identifier: MIT
/* any-udp - 0.0.0.0 as the destination of a datagram is this host, by connect() and by sendto(). */
#include "kinds.h"

static void subject(struct role *r)
{
	int fd = udp_socket(r), from = udp_socket(r), own = bound_udp(r);
	union addr any = wildcard(&r->self), to, a;
	socklen_t len = sizeof(a);
	char c;

	OK(bind(fd, &any.sa, addr_len(&any)));
	to = name_of(fd);
	GIVES(sendto(from, "1", 1, 0, &to.sa, addr_len(&to)), 1);
	GIVES(recvfrom(fd, &c, 1, 0, &a.sa, &len), 1);
	GIVES(a.in.sin_addr.s_addr, htonl(INADDR_LOOPBACK));
	/* from where it is bound */
	GIVES(sendto(own, "2", 1, 0, &to.sa, addr_len(&to)), 1);
	GIVES(recvfrom(fd, &c, 1, 0, &a.sa, &len), 1);
	GIVES(a.in.sin_addr.s_addr, r->self.in.sin_addr.s_addr);
	OK(connect(from, &to.sa, addr_len(&to)));
	len = sizeof(a);
	OK(getpeername(from, &a.sa, &len));
	GIVES(a.in.sin_addr.s_addr, htonl(INADDR_LOOPBACK));
	send_text(from, "3");
	GIVES(recv(fd, &c, 1, 0), 1);
	GIVES(c, '3');
	OK(close(own));
	OK(close(from));
	OK(close(fd));
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
