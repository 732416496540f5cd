// SPDX-License-Identifier: MIT
/* any-connect - 0.0.0.0 as a destination is this host: 127.0.0.1, or the address to which the socket is bound. */
#include "kinds.h"

static union addr any_port(struct role *r, int fd)
{
	union addr name = name_of(fd), any = wildcard(&r->self);

	return with_port(&any, port_of(&name));
}

static void want_peer(int fd, in_addr_t host)
{
	union addr a;
	socklen_t len = sizeof(a);

	OK(getpeername(fd, &a.sa, &len));
	GIVES(a.in.sin_addr.s_addr, host);
	a = name_of(fd);
	GIVES(a.in.sin_addr.s_addr, host);
}

static void streams(struct role *r, bool own)
{
	int ls = tcp_socket(r), fd = tcp_socket(r), end;
	union addr any = wildcard(&r->self), to;

	OK(bind(ls, own ? &r->self.sa : &any.sa, addr_len(&any)));
	OK(listen(ls, 4));
	to = any_port(r, ls);
	if (own)
		OK(bind(fd, &r->self.sa, addr_len(&r->self)));
	OK(connect(fd, &to.sa, addr_len(&to)));
	want_peer(fd,
		  own ? r->self.in.sin_addr.s_addr : htonl(INADDR_LOOPBACK));
	end = accept(ls, NULL, NULL);
	OK(end);
	send_text(fd, "x");
	want_text(end, "x");
	OK(close(end));
	OK(close(fd));
	OK(close(ls));
}

static void subject(struct role *r)
{
	streams(r, false);
	streams(r, true);
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
