// SPDX-License-Identifier: MIT
/* opt-inherit - what an accepted socket has from its listener, set before or after listen(), and what it has not. */
#include <netinet/tcp.h>
#include <sys/time.h>

#include "kinds.h"

static void set_before(int ls)
{
	struct linger l = { 1, 3 };
	struct timeval limit = { .tv_sec = 7 };

	OK(setsockopt(ls, SOL_SOCKET, SO_LINGER, &l, sizeof(l)));
	OK(setsockopt(ls, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)));
	OK(setsockopt(ls, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit)));
	set_int(ls, SOL_SOCKET, SO_RCVBUF, 50000);
	set_int(ls, SOL_SOCKET, SO_SNDBUF, 60000);
	set_int(ls, SOL_SOCKET, SO_PRIORITY, 4);
	set_int(ls, IPPROTO_IP, IP_TTL, 60);
	set_int(ls, IPPROTO_TCP, TCP_USER_TIMEOUT, 3000);
}

static void set_after(int ls)
{
	set_int(ls, SOL_SOCKET, SO_OOBINLINE, 1);
	set_int(ls, IPPROTO_TCP, TCP_KEEPCNT, 8);
	set_int(ls, IPPROTO_TCP, TCP_KEEPINTVL, 11);
	set_int(ls, IPPROTO_TCP, TCP_NOTSENT_LOWAT, 4000);
	set_int(ls, IPPROTO_TCP, TCP_LINGER2, 5);
	OK(fcntl(ls, F_SETFD, FD_CLOEXEC));
	OK(fcntl(ls, F_SETFL, O_RDWR | O_NONBLOCK));
}

static void want_inherited(int fd)
{
	struct linger l;
	struct timeval limit;
	socklen_t len = sizeof(l);

	OK(getsockopt(fd, SOL_SOCKET, SO_LINGER, &l, &len));
	CHECK(l.l_onoff == 1 && l.l_linger == 3);
	len = sizeof(limit);
	OK(getsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, &len));
	GIVES(limit.tv_sec, 7);
	OK(getsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, &len));
	GIVES(limit.tv_sec, 7);
	GIVES(get_int(fd, SOL_SOCKET, SO_RCVBUF), 100000);
	GIVES(get_int(fd, SOL_SOCKET, SO_SNDBUF), 120000);
	GIVES(get_int(fd, IPPROTO_IP, IP_TTL), 60);
	GIVES(get_int(fd, IPPROTO_TCP, TCP_USER_TIMEOUT), 3000);
	GIVES(get_int(fd, SOL_SOCKET, SO_OOBINLINE), 1);
	GIVES(get_int(fd, IPPROTO_TCP, TCP_KEEPCNT), 8);
	GIVES(get_int(fd, IPPROTO_TCP, TCP_KEEPINTVL), 11);
	GIVES(get_int(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT), 4000);
	GIVES(get_int(fd, IPPROTO_TCP, TCP_LINGER2), 5);
	GIVES(fcntl(fd, F_GETFD), 0);
	GIVES(fcntl(fd, F_GETFL), O_RDWR);
}

static void subject(struct role *r)
{
	int ls = tcp_socket(r), fd = tcp_socket(r), end;
	union addr a;

	set_before(ls);
	OK(bind(ls, &r->self.sa, addr_len(&r->self)));
	OK(listen(ls, 4));
	set_after(ls);
	a = name_of(ls);
	OK(connect(fd, &a.sa, addr_len(&a)));
	CHECK(wait_events(ls, POLLIN, 5000) == POLLIN);
	end = accept(ls, NULL, NULL);
	OK(end);
	want_inherited(end);
	OK(close(fd));
	OK(close(end));
	OK(close(ls));
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
