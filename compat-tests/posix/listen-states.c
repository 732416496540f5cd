// SPDX-License-Identifier: MIT
/* listen-states - listen() and accept() in every state: a fresh socket gets a port, datagrams EOPNOTSUPP, connections EINVAL. */
#include "kinds.h"

static void each(struct role *r, struct made *m)
{
	union addr a;

	(void)r;
	if (is_of(m, OF_UDP)) {
		FAILS(listen(m->fd, 1), EOPNOTSUPP);
		FAILS(accept(m->fd, NULL, NULL), EOPNOTSUPP);
		return;
	}
	if (is_of(m, OF_CONNECTIONS)) {
		FAILS(listen(m->fd, 1), EINVAL);
		FAILS(accept(m->fd, NULL, NULL), EINVAL);
		return;
	}
	if (!is_of(m, OF_LISTENERS))
		FAILS(accept(m->fd, NULL, NULL), EINVAL);
	OK(listen(m->fd, -1));
	OK(listen(m->fd, 3));
	a = name_of(m->fd);
	CHECK(port_of(&a) != 0);
	set_nonblock(m->fd, true);
	FAILS(accept(m->fd, NULL, NULL), EAGAIN);
	FAILS(accept4(m->fd, NULL, NULL, 1), EINVAL);
}

static void subject(struct role *r)
{
	each_kind(r, OF_ALL, each);
}

int main(int argc, char **argv)
{
	return alone_main(argc, argv, subject);
}
