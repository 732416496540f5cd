// SPDX-License-Identifier: MIT
/* epoll-pwait2 - limits in nanoseconds, with a socket in the set or without. */
#include "poller.h"
#include "roles.h"

static void wrong_times(int ep)
{
	struct timespec bad[] = { { .tv_nsec = 1000000000 },
				  { .tv_nsec = -1 },
				  { .tv_sec = -1 } };
	struct epoll_event ev;
	unsigned i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		FAILS(epoll_pwait2(ep, &ev, 1, &bad[i], NULL), EINVAL);
}

static void short_time(int ep)
{
	struct timespec ts = { .tv_nsec = 20500000 };
	uint64_t start = now_ms();
	struct epoll_event ev;

	GIVES(epoll_pwait2(ep, &ev, 1, &ts, NULL), 0);
	took(start, 20, "epoll_pwait2()");
}

static void subject(struct role *r, int fd)
{
	struct timespec ages = { .tv_sec = (time_t)(INT64_MAX / 2) };
	int ep = ep_new(), empty = ep_new();
	struct epoll_event ev;

	ep_add(ep, fd, EPOLLIN);
	wrong_times(ep);
	wrong_times(empty);
	short_time(ep);
	short_time(empty);
	meet(r, 's');
	GIVES(epoll_pwait2(ep, &ev, 1, &ages, NULL), 1);
	CHECK(ev.events == EPOLLIN);
	GIVES(epoll_pwait2(ep, &ev, 1, NULL, NULL), 1);
	close(empty);
	close(ep);
	meet(r, 'd');
}

static void helper(struct role *r, int fd)
{
	meet(r, 's');
	send_all(fd, "x", 1);
	meet(r, 'd');
}

int main(int argc, char **argv)
{
	return conn_main(argc, argv, subject, helper);
}
