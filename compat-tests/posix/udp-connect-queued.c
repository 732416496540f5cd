// SPDX-License-Identifier: MIT
/* udp-connect-queued - what was queued before connect() is received after it; what others send later is not. */
#include "kinds.h"

static void subject(struct role *r)
{
	int fd = bound_udp(r), a = bound_udp(r), b = bound_udp(r);
	union addr me = name_of(fd), from, to = name_of(b);
	socklen_t len = sizeof(from);
	char c;

	GIVES(sendto(a, "1", 1, 0, &me.sa, addr_len(&me)), 1);
	GIVES(sendto(b, "2", 1, 0, &me.sa, addr_len(&me)), 1);
	GIVES(wait_events(fd, POLLIN, 5000), POLLIN);
	OK(connect(fd, &to.sa, addr_len(&to)));
	GIVES(sendto(a, "3", 1, 0, &me.sa, addr_len(&me)), 1);
	GIVES(sendto(b, "4", 1, 0, &me.sa, addr_len(&me)), 1);
	GIVES(recvfrom(fd, &c, 1, 0, &from.sa, &len), 1);
	GIVES(c, '1');
	to = name_of(a);
	CHECK(same_addr(&from, &to));
	GIVES(recv(fd, &c, 1, 0), 1);
	GIVES(c, '2');
	GIVES(recv(fd, &c, 1, 0), 1);
	GIVES(c, '4');
	FAILS(recv(fd, &c, 1, MSG_DONTWAIT), EAGAIN);
	/* connected to another at once */
	OK(connect(fd, &to.sa, addr_len(&to)));
	GIVES(sendto(a, "5", 1, 0, &me.sa, addr_len(&me)), 1);
	GIVES(recv(fd, &c, 1, 0), 1);
	GIVES(c, '5');
	OK(close(fd));
	OK(close(a));
	OK(close(b));
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
