// SPDX-License-Identifier: MIT
/* epoll-ctl - epoll_ctl() answers wrong requests with Linux's errno. */
#include "poller.h"
#include "roles.h"

static void subject(struct role *r, int fd)
{
	struct epoll_event ev = { .events = EPOLLIN, .data.u64 = 0x123456789a };
	struct epoll_event got[2];
	int ep = ep_new(), gone = dup(fd);

	OK(gone);
	close(gone);
	FAILS(epoll_ctl(ep, EPOLL_CTL_MOD, fd, &ev), ENOENT);
	FAILS(epoll_ctl(ep, EPOLL_CTL_DEL, fd, &ev), ENOENT);
	FAILS(epoll_ctl(ep, EPOLL_CTL_ADD, gone, &ev), EBADF);
	FAILS(epoll_ctl(gone, EPOLL_CTL_ADD, fd, &ev), EBADF);
	FAILS(epoll_ctl(ep, EPOLL_CTL_ADD, ep, &ev), EINVAL);
	FAILS(epoll_ctl(fd, EPOLL_CTL_ADD, ep, &ev), EINVAL);
	FAILS(epoll_ctl(ep, 77, fd, &ev), EINVAL);
	OK(epoll_ctl(ep, EPOLL_CTL_ADD, fd, &ev));
	FAILS(epoll_ctl(ep, EPOLL_CTL_ADD, fd, &ev), EEXIST);
	FAILS(epoll_wait(ep, got, 0, 0), EINVAL);
	FAILS(epoll_wait(fd, got, 1, 0), EINVAL);
	meet(r, 's');
	GIVES(epoll_wait(ep, got, 2, 5000), 1);
	CHECK(got[0].data.u64 == 0x123456789a);
	OK(epoll_ctl(ep, EPOLL_CTL_DEL, fd, NULL));
	GIVES(epoll_wait(ep, got, 2, 0), 0);
	close(ep);
}

static void helper(struct role *r, int fd)
{
	meet(r, 's');
	send_text(fd, "x");
}

int main(int argc, char **argv)
{
	return conn_main(argc, argv, subject, helper);
}
