// SPDX-License-Identifier: MIT
/* sndbuf-raised - a sender that waits for room goes on when SO_SNDBUF is raised. */
#include "kinds.h"
#include "waiter.h"

#define MORE 100000

static long send_more(void *fd)
{
	static const char zeros[MORE];

	return send(*(int *)fd, zeros, sizeof(zeros), MSG_NOSIGNAL);
}

static void fill(int fd)
{
	static const char zeros[10000];
	ssize_t n;

	do
		n = send(fd, zeros, sizeof(zeros), MSG_NOSIGNAL | MSG_DONTWAIT);
	while (n > 0 || wait_events(fd, POLLOUT, 100) == POLLOUT);
}

static void subject(struct role *r)
{
	struct waiter w;
	int t[2];

	own_pair(r, t);
	set_int(t[1], SOL_SOCKET, SO_RCVBUF, 10000);
	set_int(t[0], SOL_SOCKET, SO_SNDBUF, 10000);
	fill(t[0]);
	start_waiting(&w, send_more, &t[0]);
	CHECK(still_waits(&w));
	set_int(t[0], SOL_SOCKET, SO_SNDBUFFORCE, 1000000);
	GIVES(waited(&w), MORE);
	OK(close(t[1]));
	OK(close(t[0]));
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
