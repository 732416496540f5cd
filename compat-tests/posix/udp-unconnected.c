// SPDX-License-Identifier: MIT
/* udp-unconnected - sendto() and recvfrom() between unconnected sockets, with right addresses. */
#include "roles.h"

static void subject(struct role *r, int fd)
{
	union addr me, from, to;
	socklen_t len = sizeof(me);
	char buf[16];

	OK(getsockname(fd, &me.sa, &len));
	to = with_port(&r->other, port_of(&me));
	FAILS(getpeername(fd, &from.sa, &len), ENOTCONN);
	FAILS(send(fd, "x", 1, 0), EDESTADDRREQ);
	FAILS(recv(fd, buf, sizeof(buf), MSG_DONTWAIT), EAGAIN);
	for (int i = 0; i < 3; i++) {
		len = sizeof(from);
		GIVES(sendto(fd, "ping", 4, 0, &to.sa, addr_len(&to)), 4);
		GIVES(recvfrom(fd, buf, sizeof(buf), 0, &from.sa, &len), 4);
		CHECK(memcmp(buf, "pong", 4) == 0);
		GIVES(len, addr_len(&to));
		CHECK(same_addr(&from, &to));
	}
}

static void helper(struct role *r, int fd)
{
	union addr from;
	socklen_t len;
	char buf[16];

	(void)r;
	for (int i = 0; i < 3; i++) {
		len = sizeof(from);
		GIVES(recvfrom(fd, buf, sizeof(buf), 0, &from.sa, &len), 4);
		GIVES(sendto(fd, "pong", 4, 0, &from.sa, len), 4);
	}
}

int main(int argc, char **argv)
{
	return udp_main(argc, argv, subject, helper);
}
