// SPDX-License-Identifier: MIT
/* close-epoll-syscall - a socket that syscall(SYS_close), close_range() or dup2() closed is out of the epoll, whose number may come again. */
#include <sys/syscall.h>

#include "kinds.h"
#include "poller.h"

static void watched(int ep, struct made *m)
{
	struct epoll_event ev;

	ep_add(ep, m->fd, EPOLLIN | EPOLLOUT);
	GIVES(epoll_wait(ep, &ev, 1, 1000), 1);
}

static void nothing_left(struct role *r, int ep, int fd)
{
	struct epoll_event ev = { .events = EPOLLIN };
	int next;

	GIVES(epoll_wait(ep, &ev, 1, 0), 0);
	FAILS(epoll_ctl(ep, EPOLL_CTL_MOD, fd, &ev), EBADF);
	next = tcp_socket(r);
	GIVES(next, fd);
	FAILS(epoll_ctl(ep, EPOLL_CTL_MOD, next, &ev), ENOENT);
	FAILS(epoll_ctl(ep, EPOLL_CTL_DEL, next, NULL), ENOENT);
	OK(epoll_ctl(ep, EPOLL_CTL_ADD, next, &ev));
	OK(close(next));
	OK(close(ep));
}

static void by_syscall(struct role *r, struct made *m)
{
	int ep = ep_new();

	watched(ep, m);
	GIVES(syscall(SYS_close, m->fd), 0);
	nothing_left(r, ep, m->fd);
}

static void by_range(struct role *r, struct made *m)
{
	int ep = ep_new();

	watched(ep, m);
	GIVES(syscall(SYS_close_range, m->fd, m->fd, 0), 0);
	nothing_left(r, ep, m->fd);
}

static void by_dup2(struct role *r, struct made *m)
{
	int ep = ep_new(), null = open("/dev/null", O_RDWR);

	watched(ep, m);
	GIVES(dup2(null, m->fd), m->fd);
	OK(close(m->fd));
	nothing_left(r, ep, m->fd);
	OK(close(null));
}

static void subject(struct role *r)
{
	unsigned int readable = OF_ALL & ~OF_LISTENERS;

	each_kind(r, readable, by_syscall);
	each_kind(r, readable, by_range);
	each_kind(r, readable, by_dup2);
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
