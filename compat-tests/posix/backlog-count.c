// SPDX-License-Identifier: MIT
/* backlog-count - listen(n) takes n + 1 connections that nobody accepts; the next one waits. */
#include "kinds.h"

#define MOST 6

static int attempt(struct role *r, int ls, int ms)
{
	union addr a = name_of(ls);
	int fd = tcp_socket(r);

	set_nonblock(fd, true);
	if (connect(fd, &a.sa, addr_len(&a)) < 0)
		GIVES(errno, EINPROGRESS);
	if (wait_events(fd, POLLOUT, ms) == POLLOUT)
		return fd;
	OK(close(fd));
	return -1;
}

static void takes(struct role *r, int backlog)
{
	int ls = listen_on(r, 0, backlog), fd[MOST];

	about("listen(%d)", backlog);
	for (int i = 0; i <= backlog; i++) {
		fd[i] = attempt(r, ls, 3000);
		CHECK(fd[i] >= 0);
	}
	GIVES(attempt(r, ls, 80), -1);
	for (int i = 0; i <= backlog; i++) {
		int end = accept(ls, NULL, NULL);

		OK(end);
		OK(close(end));
		OK(close(fd[i]));
	}
	set_nonblock(ls, true);
	FAILS(accept(ls, NULL, NULL), EAGAIN);
	OK(close(ls));
}

static void subject(struct role *r)
{
	takes(r, 0);
	takes(r, 1);
	takes(r, 2);
	takes(r, 5);
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
