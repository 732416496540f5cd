// SPDX-License-Identifier: MIT
/* epoll-level - level-triggered: an event stays until its cause is gone. */
#include "poller.h"
#include "roles.h"

static void subject(struct role *r, int fd)
{
	int ep = ep_new();

	ep_add(ep, fd, EPOLLIN);
	GIVES(ep_wait(ep, fd, 0), 0);
	meet(r, 's');
	GIVES(ep_wait(ep, fd, 5000), EPOLLIN);
	GIVES(ep_wait(ep, fd, 0), EPOLLIN);
	want_text(fd, "ab");
	GIVES(ep_wait(ep, fd, 0), EPOLLIN);
	want_text(fd, "cd");
	GIVES(ep_wait(ep, fd, 20), 0);
	ep_set(ep, EPOLL_CTL_MOD, fd, EPOLLIN | EPOLLOUT);
	GIVES(ep_wait(ep, fd, 0), EPOLLOUT);
	ep_set(ep, EPOLL_CTL_MOD, fd, 0);
	GIVES(ep_wait(ep, fd, 0), 0);
	ep_set(ep, EPOLL_CTL_DEL, fd, 0);
	meet(r, 't');
	GIVES(ep_wait(ep, fd, 100), 0);
	close(ep);
}

static void helper(struct role *r, int fd)
{
	meet(r, 's');
	send_text(fd, "abcd");
	meet(r, 't');
	send_text(fd, "unseen");
	sleep_ms(200);
}

int main(int argc, char **argv)
{
	return conn_main(argc, argv, subject, helper);
}
