// SPDX-License-Identifier: MIT
/* epoll-edge - edge-triggered: one event for each arrival, for each room made. */
#include "poller.h"
#include "roles.h"

static void fill(int fd)
{
	static char buf[65536];

	while (send(fd, buf, sizeof(buf), MSG_DONTWAIT) > 0)
		;
	GIVES(errno, EAGAIN);
}

static void subject(struct role *r, int fd)
{
	int ep = ep_new();

	ep_add(ep, fd, EPOLLIN | EPOLLET);
	GIVES(ep_wait(ep, fd, 0), 0);
	meet(r, '1');
	GIVES(ep_wait(ep, fd, 5000), EPOLLIN);
	GIVES(ep_wait(ep, fd, 50), 0);
	want_text(fd, "a");
	GIVES(ep_wait(ep, fd, 50), 0); /* "b" is old news */
	meet(r, '2');
	GIVES(ep_wait(ep, fd, 5000), EPOLLIN);
	want_text(fd, "bc");
	/* MOD tells again what holds now. */
	ep_set(ep, EPOLL_CTL_MOD, fd, EPOLLOUT | EPOLLET);
	GIVES(ep_wait(ep, fd, 0), EPOLLOUT);
	GIVES(ep_wait(ep, fd, 0), 0);
	do /* until no room comes any more */
		fill(fd);
	while (ep_wait(ep, fd, 300));
	meet(r, '3');
	CHECK(ep_wait(ep, fd, 5000) & EPOLLOUT);
	close(ep);
	OK(shutdown(fd, SHUT_WR));
	meet(r, '4');
}

static void helper(struct role *r, int fd)
{
	char buf[65536];

	meet(r, '1');
	send_text(fd, "ab");
	meet(r, '2');
	send_text(fd, "c");
	meet(r, '3');
	while (recv(fd, buf, sizeof(buf), 0) > 0)
		;
	meet(r, '4');
}

int main(int argc, char **argv)
{
	return conn_main(argc, argv, subject, helper);
}
