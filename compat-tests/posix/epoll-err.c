// SPDX-License-Identifier: MIT
/* epoll-err - a reset is EPOLLERR with EPOLLHUP, unasked. */
#include "poller.h"
#include "roles.h"

static void subject(struct role *r, int fd)
{
	int ep = ep_new();

	ep_add(ep, fd, 0);
	meet(r, 's');
	GIVES(ep_wait_all(ep, fd, EPOLLERR | EPOLLHUP), EPOLLERR | EPOLLHUP);
	GIVES(get_int(fd, SOL_SOCKET, SO_ERROR), ECONNRESET);
	GIVES(ep_wait(ep, fd, 0), EPOLLHUP);
	close(ep);
}

static void helper(struct role *r, int fd)
{
	struct linger reset = { .l_onoff = 1 };

	OK(setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset)));
	meet(r, 's');
	close(fd);
}

int main(int argc, char **argv)
{
	return conn_main(argc, argv, subject, helper);
}
