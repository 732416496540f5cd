// SPDX-License-Identifier: MIT
/* epoll-timeout - epoll_wait(), poll() and select() wait as long as they are told. */
#include <sys/select.h>

#include "poller.h"
#include "roles.h"

/* Each of many looks may be late, not all of them. */
static void at_once(int ep)
{
	struct epoll_event ev;
	uint64_t start, ms = UINT64_MAX;

	for (int i = 0; i < 10 && ms > 20; i++) {
		start = now_ms();
		GIVES(epoll_wait(ep, &ev, 1, 0), 0);
		ms = now_ms() - start;
	}
	CHECK(ms <= 20);
}

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
	took(start, 150, "epoll_wait()");
	start = now_ms();
	GIVES(epoll_pwait2(ep, &ev, 1, &ts, NULL), 0);
	took(start, 150, "epoll_pwait2()");
	start = now_ms();
	want_quiet(fd, 150);
	took(start, 150, "poll()");
	FD_ZERO(&set);
	FD_SET(fd, &set);
	start = now_ms();
	GIVES(select(fd + 1, &set, NULL, NULL, &tv), 0);
	took(start, 150, "select()");
	CHECK(!FD_ISSET(fd, &set));
	at_once(ep);
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
