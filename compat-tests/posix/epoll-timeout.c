// SPDX-License-Identifier: MIT
/* epoll-timeout - epoll_wait(), poll() and select() wait as long as they are told. */
#include <sys/select.h>

#include "poller.h"
#include "roles.h"

static void subject(struct role *r, int fd)
{
	struct timespec ts = { .tv_nsec = 150000000 };
	struct timeval tv = { .tv_usec = 150000 };
	struct epoll_event ev;
	int ep = ep_new();
	uint64_t start;
	fd_set set;

	ep_add(ep, fd, EPOLLIN);
	start = now_ms();
	GIVES(epoll_wait(ep, &ev, 1, 150), 0);
	took(start, 149, 400, "epoll_wait()");
	start = now_ms();
	GIVES(epoll_pwait2(ep, &ev, 1, &ts, NULL), 0);
	took(start, 149, 400, "epoll_pwait2()");
	start = now_ms();
	want_quiet(fd, 150);
	took(start, 149, 400, "poll()");
	FD_ZERO(&set);
	FD_SET(fd, &set);
	start = now_ms();
	GIVES(select(fd + 1, &set, NULL, NULL, &tv), 0);
	took(start, 149, 400, "select()");
	CHECK(!FD_ISSET(fd, &set));
	start = now_ms();
	GIVES(epoll_wait(ep, &ev, 1, 0), 0);
	took(start, 0, 50, "epoll_wait(0)");
	close(ep);
	meet(r, 'd');
}

static void helper(struct role *r, int fd)
{
	(void)fd;
	meet(r, 'd');
}

int main(int argc, char **argv)
{
	return conn_main(argc, argv, subject, helper);
}
