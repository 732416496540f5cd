// SPDX-License-Identifier: MIT
/* loopback-names - each address of 127.0.0.0/8 is one of its own: both ends keep those to which they were bound and connected. */
#include "kinds.h"

static union addr at(in_addr_t host, uint16_t port)
{
	union addr a = { .in = { .sin_family = AF_INET,
				 .sin_port = htons(port),
				 .sin_addr.s_addr = htonl(host) } };

	return a;
}

static void want_ends(int fd, in_addr_t own, in_addr_t peer)
{
	union addr a = name_of(fd);
	socklen_t len = sizeof(a);

	GIVES(ntohl(a.in.sin_addr.s_addr), own);
	OK(getpeername(fd, &a.sa, &len));
	GIVES(ntohl(a.in.sin_addr.s_addr), peer);
}

/* from 0: chosen, that is 127.0.0.1. */
static void connection(in_addr_t listens, in_addr_t to, in_addr_t from)
{
	union addr a = at(listens, 0), b = at(from, 0), peer;
	int ls = socket(AF_INET, SOCK_STREAM, 0);
	int fd = socket(AF_INET, SOCK_STREAM, 0), end;
	socklen_t len = sizeof(peer);

	about("%x to %x from %x", listens, to, from);
	OK(bind(ls, &a.sa, addr_len(&a)));
	OK(listen(ls, 1));
	a = name_of(ls);
	a = at(to, port_of(&a));
	if (from)
		OK(bind(fd, &b.sa, addr_len(&b)));
	else
		from = INADDR_LOOPBACK;
	OK(connect(fd, &a.sa, addr_len(&a)));
	end = accept(ls, &peer.sa, &len);
	OK(end);
	GIVES(ntohl(peer.in.sin_addr.s_addr), from);
	want_ends(fd, from, to);
	want_ends(end, to, from);
	send_text(end, "x");
	want_text(fd, "x");
	OK(close(end));
	OK(close(fd));
	OK(close(ls));
}

/* One port on two of them. */
static void two_listeners(void)
{
	union addr a = at(INADDR_LOOPBACK + 1, 0), b;
	int one = socket(AF_INET, SOCK_STREAM, 0);
	int two = socket(AF_INET, SOCK_STREAM, 0);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	about("%s", "two listeners");
	OK(bind(one, &a.sa, addr_len(&a)));
	a = name_of(one);
	b = at(INADDR_LOOPBACK + 2, port_of(&a));
	OK(bind(two, &b.sa, addr_len(&b)));
	OK(listen(one, 1));
	OK(listen(two, 1));
	OK(connect(fd, &b.sa, addr_len(&b)));
	GIVES(wait_events(two, POLLIN, 5000), POLLIN);
	GIVES(wait_events(one, POLLIN, 0), 0);
	OK(close(fd));
	OK(close(one));
	OK(close(two));
}

static void subject(struct role *r)
{
	(void)r;
	connection(INADDR_LOOPBACK, INADDR_LOOPBACK, 0);
	connection(INADDR_ANY, 0x7f000005, 0);
	connection(0x7f000002, 0x7f000002, 0x7f010203);
	connection(INADDR_ANY, 0x7fffff01, 0x7f000002);
	two_listeners();
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
