// SPDX-License-Identifier: MIT
/* unspec-connecting - connect(AF_UNSPEC) of a connection that is being made ends the attempt, of a listener the listening; fresh sockets stay so. */
#include "kinds.h"

static void unspec(int fd)
{
	struct sockaddr none = { .sa_family = AF_UNSPEC };

	OK(connect(fd, &none, sizeof(none)));
}

static void connecting(struct role *r)
{
	union addr silent = nobody(r, 9), a;
	int fd = tcp_socket(r), ls = listen_on(r, 0, 4);

	set_nonblock(fd, true);
	FAILS(connect(fd, &silent.sa, addr_len(&silent)), EINPROGRESS);
	unspec(fd);
	CHECK(wait_events(fd, POLLOUT, 0) & POLLHUP);
	a = name_of(ls);
	set_nonblock(fd, false);
	OK(connect(fd, &a.sa, addr_len(&a)));
	OK(close(fd));
	OK(close(ls));
}

static void listener(struct role *r)
{
	int ls = listen_on(r, 0, 4), fd = tcp_socket(r);
	union addr a = name_of(ls);

	unspec(ls);
	GIVES(get_int(ls, SOL_SOCKET, SO_ACCEPTCONN), 0);
	FAILS(accept(ls, NULL, NULL), EINVAL);
	FAILS(connect(fd, &a.sa, addr_len(&a)), ECONNREFUSED);
	OK(close(fd));
	OK(close(ls));
}

static void fresh(struct role *r, struct made *m)
{
	union addr a = name_of(m->fd), b;

	(void)r;
	unspec(m->fd);
	b = name_of(m->fd);
	CHECK(same_addr(&a, &b)); /* what bind() chose stays */
}

static void subject(struct role *r)
{
	connecting(r);
	listener(r);
	each_kind(r, OF_NO_PEER_TCP, fresh);
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
