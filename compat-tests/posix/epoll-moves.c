// SPDX-License-Identifier: MIT
/* epoll-moves - a socket stays in an epoll while it gets a name and a peer, of loopback or of the network; what epoll_ctl() answers of each kind. */
#include "kinds.h"
#include "poller.h"

static void control(struct role *r, struct made *m)
{
	struct epoll_event ev = { .events = EPOLLIN, .data.fd = m->fd };
	int ep = ep_new();

	(void)r;
	FAILS(epoll_ctl(ep, EPOLL_CTL_MOD, m->fd, &ev), ENOENT);
	FAILS(epoll_ctl(ep, EPOLL_CTL_DEL, m->fd, &ev), ENOENT);
	ev.events = EPOLLIN | EPOLLEXCLUSIVE | EPOLLONESHOT;
	FAILS(epoll_ctl(ep, EPOLL_CTL_ADD, m->fd, &ev), EINVAL);
	ev.events = EPOLLIN | EPOLLEXCLUSIVE;
	OK(epoll_ctl(ep, EPOLL_CTL_ADD, m->fd, &ev));
	FAILS(epoll_ctl(ep, EPOLL_CTL_MOD, m->fd, &ev), EINVAL);
	ev.events = EPOLLIN;
	FAILS(epoll_ctl(ep, EPOLL_CTL_MOD, m->fd, &ev), EINVAL);
	OK(epoll_ctl(ep, EPOLL_CTL_DEL, m->fd, NULL));
	OK(epoll_ctl(ep, EPOLL_CTL_ADD, m->fd, &ev));
	FAILS(epoll_ctl(ep, EPOLL_CTL_ADD, m->fd, &ev), EEXIST);
	OK(epoll_ctl(ep, EPOLL_CTL_MOD, m->fd, &ev));
	FAILS(epoll_ctl(ep, 9, m->fd, &ev), EINVAL);
	FAILS(epoll_ctl(m->fd, EPOLL_CTL_ADD, ep, &ev), EINVAL);
	FAILS(epoll_ctl(-1, EPOLL_CTL_ADD, m->fd, &ev), EBADF);
	OK(epoll_ctl(ep, EPOLL_CTL_DEL, m->fd, NULL));
	FAILS(epoll_ctl(ep, EPOLL_CTL_DEL, m->fd, NULL), ENOENT);
	OK(close(ep));
}

static union addr place(struct role *r, bool loopback)
{
	union addr a = r->self;

	if (loopback)
		a.in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	return a;
}

static void stream(struct role *r, bool loopback)
{
	union addr a = place(r, loopback);
	int ls = tcp_socket(r), fd = tcp_socket(r), ep = ep_new(), end;

	about("stream, loopback %d", loopback);
	OK(bind(ls, &a.sa, addr_len(&a)));
	OK(listen(ls, 1));
	a = name_of(ls);
	set_nonblock(fd, true);
	ep_add(ep, fd, EPOLLIN | EPOLLOUT | EPOLLET);
	GIVES(ep_wait(ep, fd, 1000), EPOLLOUT | EPOLLHUP);
	GIVES(ep_wait(ep, fd, 0), 0);
	FAILS(connect(fd, &a.sa, addr_len(&a)), EINPROGRESS);
	GIVES(ep_wait(ep, fd, 5000), EPOLLOUT);
	GIVES(ep_wait(ep, fd, 20), 0);
	end = accept(ls, NULL, NULL);
	OK(end);
	send_text(end, "x");
	GIVES(ep_wait(ep, fd, 5000), EPOLLIN | EPOLLOUT);
	GIVES(ep_wait(ep, fd, 20), 0);
	ep_set(ep, EPOLL_CTL_MOD, fd, EPOLLIN | EPOLLONESHOT);
	GIVES(ep_wait(ep, fd, 5000), EPOLLIN);
	GIVES(ep_wait(ep, fd, 20), 0);
	ep_set(ep, EPOLL_CTL_MOD, fd, EPOLLIN);
	for (int i = 0; i < 3; i++)
		GIVES(ep_wait(ep, fd, 5000), EPOLLIN);
	OK(epoll_ctl(ep, EPOLL_CTL_DEL, fd, NULL));
	GIVES(ep_wait(ep, fd, 20), 0);
	OK(close(end));
	OK(close(fd));
	OK(close(ls));
	OK(close(ep));
}

/* What it sends without a name is answered; then it has a peer. */
static void datagrams(struct role *r, bool loopback)
{
	union addr to = place(r, loopback), back = to;
	int fd = udp_socket(r), other = udp_socket(r), ep = ep_new();
	char c;

	about("datagrams, loopback %d", loopback);
	OK(bind(other, &to.sa, addr_len(&to)));
	to = name_of(other);
	ep_add(ep, fd, EPOLLIN);
	GIVES(ep_wait(ep, fd, 20), 0);
	GIVES(sendto(fd, "x", 1, 0, &to.sa, addr_len(&to)), 1);
	GIVES(recv(other, &c, 1, 0), 1);
	for (int i = 0; i < 2; i++) {
		union addr name = name_of(fd);

		back = with_port(&back, port_of(&name));
		GIVES(sendto(other, "y", 1, 0, &back.sa, addr_len(&back)), 1);
		GIVES(ep_wait(ep, fd, 5000), EPOLLIN);
		GIVES(ep_wait(ep, fd, 0), EPOLLIN);
		GIVES(recv(fd, &c, 1, 0), 1);
		GIVES(ep_wait(ep, fd, 20), 0);
		OK(connect(fd, &to.sa, addr_len(&to)));
	}
	OK(close(fd));
	OK(close(other));
	OK(close(ep));
}

static void subject(struct role *r)
{
	each_kind(r, OF_ALL, control);
	for (int loopback = 0; loopback < 2; loopback++) {
		stream(r, loopback);
		datagrams(r, loopback);
	}
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
