// SPDX-License-Identifier: MIT
/* end-listener-shut - shutdown() of a listener ends accept() and the waits for it, with EINVAL; it listens no more and may again. */
#include "kinds.h"
#include "waiter.h"

static void each(struct role *r, struct made *m)
{
	union addr name = name_of(m->fd), a;
	struct waiter w, p;
	int fd = tcp_socket(r);

	start_waiting(&w, wait_accept, &m->fd);
	start_waiting(&p, wait_poll, &m->fd);
	CHECK(still_waits(&w) && still_waits(&p));
	OK(shutdown(m->fd, SHUT_RD));
	GIVES(waited(&w), -1);
	GIVES(errno, EINVAL);
	GIVES(waited(&p), 1);
	GIVES(get_int(m->fd, SOL_SOCKET, SO_ACCEPTCONN), 0);
	a = with_port(&r->self, port_of(&name));
	FAILS(connect(fd, &a.sa, addr_len(&a)), ECONNREFUSED);
	OK(listen(m->fd, 4));
	OK(close(fd));
	fd = tcp_socket(r);
	name = name_of(m->fd);
	a = with_port(&r->self, port_of(&name));
	OK(connect(fd, &a.sa, addr_len(&a)));
	OK(close(accept(m->fd, NULL, NULL)));
	OK(close(fd));
}

static void subject(struct role *r)
{
	each_kind(r, OF_LISTENERS, each);
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
