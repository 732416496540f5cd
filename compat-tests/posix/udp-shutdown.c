// SPDX-License-Identifier: MIT
/* udp-shutdown - shutdown() of datagram sockets: ENOTCONN unless connected, EPIPE after SHUT_WR, EAGAIN or what comes after SHUT_RD. */
#include "kinds.h"

static void unconnected(struct role *r, struct made *m)
{
	(void)r;
	FAILS(shutdown(m->fd, SHUT_RD), ENOTCONN);
	FAILS(shutdown(m->fd, 9), EINVAL);
}

static void subject(struct role *r)
{
	int u[2];
	char c;

	each_kind(r, OF_UDP & ~OF_CONNECTED_UDP, unconnected);
	own_udp(r, u);
	OK(shutdown(u[0], SHUT_WR));
	FAILS(send(u[0], "x", 1, MSG_NOSIGNAL), EPIPE);
	send_text(u[1], "a");
	GIVES(recv(u[0], &c, 1, 0), 1);
	OK(shutdown(u[0], SHUT_RD));
	FAILS(recv(u[0], &c, 1, MSG_DONTWAIT), EAGAIN);
	GIVES(recv(u[0], &c, 1, 0), 0); /* it does not wait */
	CHECK(wait_events(u[0], POLLIN | POLLRDHUP, 0) &
	      (POLLIN | POLLRDHUP | POLLHUP));
	send_text(u[1], "b");
	GIVES(recv(u[0], &c, 1, 0), 1);
	OK(close(u[0]));
	OK(close(u[1]));
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
