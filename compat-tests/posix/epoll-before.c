// SPDX-License-Identifier: MIT
/* epoll-before - a socket that was added before it was bound, listened or connected is watched after it. */
#include "kinds.h"
#include "poller.h"

static void listener(struct role *r)
{
	int ep = ep_new(), ls = tcp_socket(r), fd = tcp_socket(r);
	union addr a;

	ep_add(ep, ls, EPOLLIN);
	OK(bind(ls, &r->self.sa, addr_len(&r->self)));
	OK(listen(ls, 4));
	GIVES(ep_wait(ep, ls, 20), 0);
	a = name_of(ls);
	OK(connect(fd, &a.sa, addr_len(&a)));
	GIVES(ep_wait(ep, ls, 5000), EPOLLIN);
	OK(close(fd));
	OK(close(ls));
	OK(close(ep));
}

static void connecting(struct role *r)
{
	int ep = ep_new(), ls = listen_on(r, 0, 4), fd = tcp_socket(r), end;
	union addr a = name_of(ls);

	ep_add(ep, fd, EPOLLIN | EPOLLET);
	GIVES(ep_wait(ep, fd, 1000), EPOLLHUP);
	OK(connect(fd, &a.sa, addr_len(&a)));
	end = accept(ls, NULL, NULL);
	OK(end);
	send_text(end, "x");
	GIVES(ep_wait_all(ep, fd, EPOLLIN), EPOLLIN);
	OK(close(end));
	OK(close(fd));
	OK(close(ls));
	OK(close(ep));
}

static void datagrams(struct role *r)
{
	int ep = ep_new(), fd = udp_socket(r), from = udp_socket(r);
	union addr a;

	ep_add(ep, fd, EPOLLIN);
	OK(bind(fd, &r->self.sa, addr_len(&r->self)));
	a = name_of(fd);
	GIVES(ep_wait(ep, fd, 20), 0);
	GIVES(sendto(from, "x", 1, 0, &a.sa, addr_len(&a)), 1);
	GIVES(ep_wait(ep, fd, 5000), EPOLLIN);
	OK(close(from));
	OK(close(fd));
	OK(close(ep));
}

static void subject(struct role *r)
{
	listener(r);
	connecting(r);
	datagrams(r);
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
