// SPDX-License-Identifier: MIT
/* udp-connected-sendto - a connected datagram socket sends to others by sendto(), and hears its peer alone. */
#include "kinds.h"

static void subject(struct role *r)
{
	int u[2], third = bound_udp(r);
	union addr to = name_of(third), me;
	char c;

	own_udp(r, u);
	me = name_of(u[0]);
	GIVES(sendto(u[0], "1", 1, 0, &to.sa, addr_len(&to)), 1);
	GIVES(recv(third, &c, 1, 0), 1);
	GIVES(c, '1');
	GIVES(sendto(third, "2", 1, 0, &me.sa, addr_len(&me)), 1);
	GIVES(sendto(u[0], "3", 1, 0, NULL, 0), 1);
	GIVES(recv(u[1], &c, 1, 0), 1);
	GIVES(c, '3');
	send_text(u[1], "4");
	GIVES(recv(u[0], &c, 1, 0), 1);
	GIVES(c, '4');
	FAILS(recv(u[0], &c, 1, MSG_DONTWAIT), EAGAIN);
	OK(close(third));
	OK(close(u[0]));
	OK(close(u[1]));
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
