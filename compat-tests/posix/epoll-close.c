// SPDX-License-Identifier: MIT
/* epoll-close - close() of the last fd leaves the epoll, of one of two dups does not. */
#include "poller.h"
#include "roles.h"

static void subject(struct role *r, int fd)
{
	struct epoll_event ev;
	int ep = ep_new(), twin = dup(fd);

	OK(twin);
	ep_add(ep, fd, EPOLLIN);
	ep_add(ep, twin, EPOLLOUT);
	GIVES(ep_wait(ep, twin, 0), EPOLLOUT);
	ep_set(ep, EPOLL_CTL_DEL, twin, 0);
	meet(r, 's');
	GIVES(ep_wait(ep, fd, 5000), EPOLLIN);
	OK(close(fd));
	/* The open file lives on in its twin, and so does the registration. */
	GIVES(epoll_wait(ep, &ev, 1, 100), 1);
	GIVES(ev.data.fd, fd);
	OK(close(twin));
	GIVES(epoll_wait(ep, &ev, 1, 50), 0);
	close(ep);
	meet(r, 'd');
}

static void helper(struct role *r, int fd)
{
	meet(r, 's');
	send_text(fd, "x");
	meet(r, 'd');
}

int main(int argc, char **argv)
{
	return conn_main(argc, argv, subject, helper);
}
