// SPDX-License-Identifier: MIT
/* epoll-hup - EPOLLRDHUP for a half-closed peer, EPOLLHUP when both are closed. */
#include "poller.h"
#include "roles.h"

static void subject(struct role *r, int fd)
{
	int ep = ep_new();

	ep_add(ep, fd, EPOLLIN | EPOLLRDHUP);
	GIVES(ep_wait(ep, fd, 0), 0);
	meet(r, 's');
	GIVES(ep_wait(ep, fd, 5000), EPOLLIN | EPOLLRDHUP);
	want_eof(fd);
	GIVES(ep_wait(ep, fd, 0), EPOLLIN | EPOLLRDHUP);
	ep_set(ep, EPOLL_CTL_MOD, fd, EPOLLIN);
	GIVES(ep_wait(ep, fd, 0), EPOLLIN);
	OK(shutdown(fd, SHUT_WR));
	GIVES(ep_wait(ep, fd, 0), EPOLLIN | EPOLLHUP);
	/* Errors and hang-ups need not be asked for. */
	ep_set(ep, EPOLL_CTL_MOD, fd, 0);
	GIVES(ep_wait(ep, fd, 0), EPOLLHUP);
	close(ep);
}

static void helper(struct role *r, int fd)
{
	meet(r, 's');
	OK(shutdown(fd, SHUT_WR));
	want_eof(fd);
}

int main(int argc, char **argv)
{
	return conn_main(argc, argv, subject, helper);
}
