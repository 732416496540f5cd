// SPDX-License-Identifier: MIT
/* here-at-once - what is sent to this host itself is there when the call returns: who looks without waiting finds it, however soon and often he looks. */
#include <sys/epoll.h>
#include <sys/ioctl.h>

#include "kinds.h"

#define TIMES 100

static void nothing_then_data(int from, int to, int ep)
{
	struct epoll_event ev;
	char c[2];
	int n;

	FAILS(recv(to, c, 1, MSG_DONTWAIT), EAGAIN);
	GIVES(send(from, "x", 1, 0), 1);
	GIVES(recv(to, c, 1, MSG_DONTWAIT), 1);
	GIVES(wait_events(to, POLLIN, 0), 0);
	GIVES(send(from, "x", 1, 0), 1);
	GIVES(wait_events(to, POLLIN, 0), POLLIN);
	GIVES(recv(to, c, 1, MSG_DONTWAIT), 1);
	OK(ioctl(to, FIONREAD, &n));
	GIVES(n, 0);
	GIVES(send(from, "x", 1, 0), 1);
	OK(ioctl(to, FIONREAD, &n));
	GIVES(n, 1);
	GIVES(recv(to, c, 1, MSG_DONTWAIT), 1);
	GIVES(epoll_wait(ep, &ev, 1, 0), 0);
	GIVES(send(from, "x", 1, 0), 1);
	GIVES(epoll_wait(ep, &ev, 1, 0), 1);
	/* the program handles an event now */
	GIVES(recv(to, c, 1, MSG_DONTWAIT), 1);
	GIVES(send(from, "y", 1, 0), 1);
	GIVES(recv(to, c, 1, MSG_DONTWAIT), 1);
}

static void data(struct role *r, bool stream)
{
	struct epoll_event ev = { .events = EPOLLIN };
	int fd[2], ep = epoll_create1(0);

	about("%s", stream ? "stream" : "datagrams");
	if (stream)
		own_pair(r, fd);
	else
		own_udp(r, fd);
	OK(epoll_ctl(ep, EPOLL_CTL_ADD, fd[1], &ev));
	for (int i = 0; i < TIMES; i++)
		nothing_then_data(fd[0], fd[1], ep);
	OK(close(ep));
	OK(close(fd[0]));
	OK(close(fd[1]));
}

/* A listener that does not wait, and connections to it and their ends. */
static void connection(struct role *r, int ls, const union addr *a)
{
	int fd = tcp_socket(r), end;
	char c;

	FAILS(accept(ls, NULL, NULL), EAGAIN);
	set_nonblock(fd, true);
	FAILS(connect(fd, &a->sa, addr_len(a)), EINPROGRESS);
	GIVES(wait_events(fd, POLLOUT, 0), POLLOUT);
	end = accept(ls, NULL, NULL);
	OK(end);
	FAILS(recv(end, &c, 1, MSG_DONTWAIT), EAGAIN);
	OK(shutdown(fd, SHUT_WR));
	GIVES(recv(end, &c, 1, MSG_DONTWAIT), 0);
	OK(close(end));
	GIVES(recv(fd, &c, 1, MSG_DONTWAIT), 0);
	OK(close(fd));
}

static void reset(struct role *r)
{
	int fd[2];

	own_pair(r, fd);
	OK(close(fd[1]));
	GIVES(send(fd[0], "x", 1, MSG_NOSIGNAL), 1);
	FAILS(send(fd[0], "x", 1, MSG_NOSIGNAL), EPIPE);
	OK(close(fd[0]));
}

static void refused(struct role *r)
{
	int gone = bound_udp(r), fd = udp_socket(r);
	union addr a = name_of(gone);
	char c;

	OK(close(gone));
	OK(connect(fd, &a.sa, addr_len(&a)));
	GIVES(send(fd, "x", 1, 0), 1);
	FAILS(send(fd, "x", 1, 0), ECONNREFUSED);
	GIVES(send(fd, "x", 1, 0), 1);
	GIVES(get_int(fd, SOL_SOCKET, SO_ERROR), ECONNREFUSED);
	GIVES(send(fd, "x", 1, 0), 1);
	FAILS(recv(fd, &c, 1, MSG_DONTWAIT), ECONNREFUSED);
	OK(close(fd));
}

static void subject(struct role *r)
{
	int ls = listen_on(r, 0, 8);
	union addr a = name_of(ls);

	data(r, true);
	data(r, false);
	set_nonblock(ls, true);
	for (int i = 0; i < TIMES; i++) {
		about("time %d", i);
		connection(r, ls, &a);
		reset(r);
		refused(r);
	}
	OK(close(ls));
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
