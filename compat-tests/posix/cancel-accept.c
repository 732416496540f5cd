// SPDX-License-Identifier: MIT
/* cancel-accept - pthread_cancel() ends a thread that waits in accept(), of a listener on an address or on all; the next one accepts. */
#include "kinds.h"
#include "waiter.h"

static void each(struct role *r, struct made *m)
{
	union addr a = with_port(&r->self, 0), name = name_of(m->fd);
	struct waiter w;
	int fd, end;

	start_waiting(&w, wait_accept, &m->fd);
	cancel_wait(&w);
	start_waiting(&w, wait_accept4, &m->fd);
	cancel_wait(&w);
	a = with_port(&a, port_of(&name));
	fd = tcp_socket(r);
	OK(connect(fd, &a.sa, addr_len(&a)));
	end = accept(m->fd, NULL, NULL);
	OK(end);
	OK(close(end));
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
