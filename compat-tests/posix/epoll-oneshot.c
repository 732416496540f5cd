// SPDX-License-Identifier: MIT
/* epoll-oneshot - EPOLLONESHOT: silent after one event until MOD. */
#include "poller.h"
#include "roles.h"

static void subject(struct role *r, int fd)
{
	int ep = ep_new();

	ep_add(ep, fd, EPOLLIN | EPOLLONESHOT);
	meet(r, '1');
	GIVES(ep_wait(ep, fd, 5000), EPOLLIN);
	GIVES(ep_wait(ep, fd, 0), 0);
	meet(r, '2');
	GIVES(ep_wait(ep, fd, 100), 0);
	ep_set(ep, EPOLL_CTL_MOD, fd, EPOLLIN | EPOLLONESHOT);
	GIVES(ep_wait(ep, fd, 5000), EPOLLIN);
	GIVES(ep_wait(ep, fd, 0), 0);
	want_text(fd, "ab");
	close(ep);
}

static void helper(struct role *r, int fd)
{
	meet(r, '1');
	send_text(fd, "a");
	meet(r, '2');
	send_text(fd, "b");
}

int main(int argc, char **argv)
{
	return conn_main(argc, argv, subject, helper);
}
