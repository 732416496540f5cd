// SPDX-License-Identifier: MIT
/* flags-ignored - flags without a meaning for a call are taken: MSG_DONTROUTE, MSG_CONFIRM, MSG_EOR, MSG_FIN and more. */
#include "kinds.h"

static const int flags[] = { MSG_CONFIRM, MSG_EOR, MSG_FIN, MSG_SYN, MSG_RST };

static void subject(struct role *r)
{
	int t[2], u[2];
	char c;

	own_pair(r, t);
	own_udp(r, u);
	for (size_t i = 0; i < sizeof(flags) / sizeof(*flags); i++) {
		about("flag %#x", flags[i]);
		GIVES(send(t[0], "x", 1, flags[i]), 1);
		GIVES(recv(t[1], &c, 1, flags[i]), 1);
		GIVES(send(u[0], "x", 1, flags[i]), 1);
		GIVES(recv(u[1], &c, 1, flags[i]), 1);
	}
	FAILS(recv(t[0], &c, 1, MSG_ERRQUEUE), EAGAIN);
	FAILS(recv(u[0], &c, 1, MSG_ERRQUEUE), EAGAIN);
	FAILS(recv(u[0], &c, 1, MSG_ERRQUEUE | MSG_PEEK), EAGAIN);
	for (int i = 0; i < 2; i++) {
		OK(close(t[i]));
		OK(close(u[i]));
	}
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
