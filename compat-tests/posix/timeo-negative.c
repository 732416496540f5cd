// SPDX-License-Identifier: MIT
/* timeo-negative - a negative SO_RCVTIMEO or SO_SNDTIMEO waits not at all: EAGAIN at once from every call. */
#include <sys/time.h>

#include "kinds.h"
#include "waiter.h"

static void no_wait(int fd, int name)
{
	struct timeval past = { -1, 0 };

	OK(setsockopt(fd, SOL_SOCKET, name, &past, sizeof(past)));
}

static void subject(struct role *r)
{
	int t[2], u[2], ls = listen_on(r, 0, 1);

	own_pair(r, t);
	own_udp(r, u);
	no_wait(t[0], SO_RCVTIMEO);
	no_wait(u[0], SO_RCVTIMEO);
	no_wait(ls, SO_RCVTIMEO);
	no_wait(t[0], SO_SNDTIMEO);
	for (const struct wait_call *c = receivers; c->name; c++) {
		about("%s", c->name);
		FAILS(c->fn(&t[0]), EAGAIN);
		FAILS(c->fn(&u[0]), EAGAIN);
	}
	FAILS(wait_accept(&ls), EAGAIN);
	FAILS(wait_accept4(&ls), EAGAIN);
	FAILS(wait_send(&t[0]), EAGAIN);
	OK(close(ls));
	for (int i = 0; i < 2; i++) {
		OK(close(t[i]));
		OK(close(u[i]));
	}
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
