// SPDX-License-Identifier: MIT
/* dup-fresh - a socket that was copied before it had an address is one socket after bind, listen and connect. */
#include "kinds.h"

static void connects(struct role *r)
{
	int ls = listen_on(r, 0, 4), fd = tcp_socket(r), twin = dup(fd), end;
	union addr a = name_of(ls), b;
	socklen_t len = sizeof(b);

	OK(twin);
	OK(connect(fd, &a.sa, addr_len(&a)));
	OK(getpeername(twin, &b.sa, &len));
	CHECK(same_addr(&a, &b));
	end = accept(ls, NULL, NULL);
	OK(end);
	send_text(twin, "by the copy");
	OK(close(fd));
	want_text(end, "by the copy");
	OK(close(twin));
	want_eof(end);
	OK(close(end));
	OK(close(ls));
}

static void listens(struct role *r)
{
	int fd = tcp_socket(r), twin = dup(fd), c = tcp_socket(r), end;
	union addr a;

	OK(twin);
	OK(bind(twin, &r->self.sa, addr_len(&r->self)));
	OK(listen(fd, 4));
	OK(close(fd));
	GIVES(get_int(twin, SOL_SOCKET, SO_ACCEPTCONN), 1);
	a = name_of(twin);
	OK(connect(c, &a.sa, addr_len(&a)));
	end = accept(twin, NULL, NULL);
	OK(end);
	OK(close(end));
	OK(close(c));
	OK(close(twin));
}

static void datagrams(struct role *r)
{
	int fd = udp_socket(r), twin = dup(fd), from = udp_socket(r);
	union addr a;
	char c;

	OK(twin);
	OK(bind(fd, &r->self.sa, addr_len(&r->self)));
	a = name_of(twin);
	CHECK(port_of(&a) != 0);
	GIVES(sendto(from, "x", 1, 0, &a.sa, addr_len(&a)), 1);
	GIVES(recv(twin, &c, 1, 0), 1);
	OK(close(fd));
	OK(close(twin));
	OK(close(from));
}

static void subject(struct role *r)
{
	connects(r);
	listens(r);
	datagrams(r);
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
