// SPDX-License-Identifier: MIT
/* many-watched - some hundred sockets in one epoll, one poll() and one select(): the ones that are ready are told, each once. */
#include <sys/select.h>

#include "kinds.h"
#include "poller.h"

#define N 300
#define EACH 7 /* of so many one is ready */

static int fds[N];

static void by_epoll(int ep)
{
	static struct epoll_event ev[N];
	int n = epoll_wait(ep, ev, N, 1000);

	GIVES(n, (N + EACH - 1) / EACH);
	for (int i = 0; i < n; i++) {
		GIVES(ev[i].events, EPOLLIN);
		GIVES(ev[i].data.u32 % EACH, 0);
	}
}

static void by_poll(void)
{
	static struct pollfd p[N];

	for (int i = 0; i < N; i++)
		p[i] = (struct pollfd){ .fd = fds[i], .events = POLLIN };
	GIVES(poll(p, N, 1000), (N + EACH - 1) / EACH);
	for (int i = 0; i < N; i++)
		GIVES(p[i].revents, i % EACH ? 0 : POLLIN);
}

static void by_select(void)
{
	fd_set in;

	FD_ZERO(&in);
	for (int i = 0; i < N; i++)
		FD_SET(fds[i], &in);
	GIVES(select(fds[N - 1] + 1, &in, NULL, NULL, NULL),
	      (N + EACH - 1) / EACH);
	for (int i = 0; i < N; i++)
		GIVES(!!FD_ISSET(fds[i], &in), i % EACH == 0);
}

static void subject(struct role *r)
{
	int ep = ep_new(), from = udp_socket(r);

	for (int i = 0; i < N; i++) {
		struct epoll_event ev = { .events = EPOLLIN,
					  .data.u32 = (unsigned int)i };

		fds[i] = bound_udp(r);
		OK(epoll_ctl(ep, EPOLL_CTL_ADD, fds[i], &ev));
		if (i % EACH == 0) {
			union addr a = name_of(fds[i]);

			GIVES(sendto(from, "x", 1, 0, &a.sa, addr_len(&a)), 1);
		}
	}
	/* the last of them is there when all are */
	CHECK(wait_events(fds[(N - 1) / EACH * EACH], POLLIN, 5000) == POLLIN);
	by_epoll(ep);
	by_poll();
	by_select();
	for (int i = 0; i < N; i++)
		OK(close(fds[i]));
	OK(close(from));
	OK(close(ep));
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
